import { randomBytes, randomUUID } from 'node:crypto'
import type { IdKind, Random } from '../../ports/index.ts'

/** What an id of each kind begins with. */
export const prefixes: Readonly<Record<IdKind, string>> = {
  account: 'acc',
  order: 'ord',
  payment: 'pay',
  inbox: 'inb',
  task: 'tsk',
  entry: 'ent',
  event: 'evt',
  endpoint: 'whe',
  receipt: 'rcp',
  refund: 'rfd',
  shipment: 'shp',
  push: 'psh',
  message: 'msg',
  request: 'req',
  bill: 'bil',
  difference: 'dif',
  reconciliation: 'rec',
}

/** Crockford's base32: no letters that are read as others. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** The operating system's generator. */
export function systemRandom(): Random {
  return {
    id: (kind) => `${prefixes[kind]}_${base32(randomBytes(16))}`,
    uuid: () => randomUUID(),
    bytes: (count) => randomBytes(count),
  }
}

/** 128 bits as 26 characters. */
export function base32(bytes: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  for (let place = 0; place < 26; place += 1) {
    text = `${alphabet[Number(value & 31n)]}${text}`
    value >>= 5n
  }
  return text
}
