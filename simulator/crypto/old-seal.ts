import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'

/** AES-256 in ECB under the MD5 of the old API key, in lower-case hex: how req_info is sealed. */
function keyOf(apiKey: string): Buffer {
  return Buffer.from(createHash('md5').update(apiKey, 'utf8').digest('hex'), 'ascii')
}

export function sealOld(text: string, apiKey: string): string {
  const cipher = createCipheriv('aes-256-ecb', keyOf(apiKey), null)
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}

/** Throws when the key is another one. */
export function openOld(sealed: string, apiKey: string): string {
  const decipher = createDecipheriv('aes-256-ecb', keyOf(apiKey), null)
  return Buffer.concat([decipher.update(sealed, 'base64'), decipher.final()]).toString('utf8')
}
