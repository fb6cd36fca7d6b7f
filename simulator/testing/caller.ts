// A caller who makes mistakes: it builds the request by hand, as real callers do, so that each step
// can go wrong by itself.
import { constants, createPrivateKey, privateEncrypt, sign } from 'node:crypto'
import type { Diagnosis } from '../api/wire.ts'
import type { Box } from './box.ts'

/** What is sent; each field may differ from what is signed. */
export interface Sent {
  readonly method: string
  readonly url: string
  readonly timestamp: string
  readonly nonce: string
  readonly body: string
  readonly mchid: string
  readonly serialNo: string
  readonly headers: Readonly<Record<string, string>>
}

export const ORDER_BODY = JSON.stringify({
  mchid: '1900000001',
  description: '小满 <茶> & 点心',
  notify_url: 'https://shop.example/pay/notify?a=1',
  amount: { total: 100, currency: 'CNY' },
})

export const GET_URL = '/v3/pay/transactions/out-trade-no/A%2f1%20b?mchid=1900000001&b=2'

export function linesOf(sent: Sent): string {
  return `${sent.method}\n${sent.url}\n${sent.timestamp}\n${sent.nonce}\n${sent.body}\n`
}

/** RSA-SHA256, base64, by hand. */
export function signed(text: string, privateKey: string): string {
  return sign('sha256', Buffer.from(text), createPrivateKey(privateKey)).toString('base64')
}

/** Private-key encryption: what people take for signing. */
export function rawRsa(content: Uint8Array, privateKey: string): string {
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING }
  return privateEncrypt(key, content).toString('base64')
}

/** A right POST with a body, unless `more` says otherwise. */
export function sentBy(box: Box, more: Partial<Sent> = {}): Sent {
  const { mchid, serial_no: serialNo } = box.seed.credentials
  return {
    method: 'POST',
    url: '/v3/pay/transactions/jsapi',
    timestamp: String(Math.floor(box.wechat.world.nowMs() / 1000)),
    nonce: '593bec0c930bf1afeb40b4a08c8fb242',
    body: ORDER_BODY,
    mchid,
    serialNo,
    headers: {},
    ...more,
  }
}

/** A right GET without a body, unless `more` says otherwise. */
export function getBy(box: Box, more: Partial<Sent> = {}): Sent {
  return sentBy(box, { method: 'GET', url: GET_URL, body: '', ...more })
}

export function authorization(sent: Sent, signature: string): string {
  const { mchid, nonce, timestamp, serialNo } = sent
  const pairs = `mchid="${mchid}",nonce_str="${nonce}",signature="${signature}"`
  return `WECHATPAY2-SHA256-RSA2048 ${pairs},timestamp="${timestamp}",serial_no="${serialNo}"`
}

/** Sends it; what the journal says about it, or null when it was accepted. */
export async function diagnosisOf(
  box: Box,
  sent: Sent,
  signature: string,
  value = authorization(sent, signature),
): Promise<Diagnosis | null> {
  const headers = {
    authorization: value,
    accept: 'application/json',
    'user-agent': 'caller',
    host: 'wechat.example:8443',
    ...sent.headers,
  }
  const { method, url, body } = sent
  await box.wechat.answer({ method, url, headers, body: Buffer.from(body) })
  return box.wechat.journal.read(0, 5000).data.at(-1)?.verification.diagnosis ?? null
}
