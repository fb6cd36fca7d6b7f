// wechatpay-node-v3: has the host hard-coded and no option for a proxy; Node itself takes it there.
import { createRequire } from 'node:module'
import { defect, NOT_OFFERED } from '../operations.ts'
import {
  control,
  damaged,
  given,
  must,
  type Notification,
  NotifyServer,
  openid,
  payWith,
  perform,
  refuses,
  tomorrowAtEleven,
} from './stage.ts'

interface Result {
  readonly status: number
  readonly data?: Record<string, unknown> & { trade_state?: string }
  readonly error?: string
}

interface Sealed {
  readonly ciphertext: string
  readonly associated_data: string
  readonly nonce: string
}

interface Pay {
  get_certificates(key: string): Promise<{ serial_no: string; publicKey: string }[]>
  transactions_jsapi(order: object): Promise<Result>
  query(by: object): Promise<Result>
  close(outTradeNo: string): Promise<Result>
  refunds(refund: object): Promise<Result>
  find_refunds(outRefundNo: string): Promise<Result>
  tradebill(bill: object): Promise<Result>
  downloadBill(url: string): Promise<Result>
  buildAuthorization(method: string, url: string): string
  verifySign(parts: object): Promise<boolean>
  decipher_gcm(ciphertext: string, associated: string, nonce: string): Record<string, unknown>
}

const load = createRequire(import.meta.url)
const WxPay: new (options: object) => Pay = load('wechatpay-node-v3')

const pay = new WxPay({
  appid: given.appid,
  mchid: given.mchid,
  publicKey: Buffer.from(given.certificate),
  privateKey: Buffer.from(given.private_key),
  key: given.apiv3_key,
})

const server = new NotifyServer()
const notifyUrl = await server.open()
const payer = { openid: await openid() }
const order = { description: '小满·试吃装', notify_url: notifyUrl, payer, amount: { total: 100 } }
const outTradeNo = 'nodev3-0001'
let five: object = {}
let notice: Notification = { headers: {}, body: '' }
let day = ''
let link = ''

const verified = ({ headers, body }: Notification) =>
  pay.verifySign({
    timestamp: headers['wechatpay-timestamp'],
    nonce: headers['wechatpay-nonce'],
    serial: headers['wechatpay-serial'],
    signature: headers['wechatpay-signature'],
    body,
    apiSecret: given.apiv3_key,
  })

function opened(body: string): Record<string, unknown> {
  const { resource } = JSON.parse(body) as { resource: Sealed }
  return pay.decipher_gcm(resource.ciphertext, resource.associated_data, resource.nonce)
}

await perform({
  login: () => NOT_OFFERED,
  certificates: async () => {
    const [first] = await pay.get_certificates(given.apiv3_key)
    must(first?.publicKey.includes('PUBLIC KEY') === true, first)
  },
  prepay: async () => {
    const result = await pay.transactions_jsapi({ ...order, out_trade_no: outTradeNo })
    must(result.status === 200 && String(result.data?.['package']).startsWith('prepay_id='), result)
    five = result.data ?? {}
  },
  answers: async () => {
    await control('POST', '/_sim/faults', {
      point: 'pay.query',
      kind: 'wrong_signature',
      next: true,
    })
    const { status } = await pay.query({ out_trade_no: outTradeNo })
    return status === 200 ? defect('the signature of an answer is never looked at') : undefined
  },
  call_up: async () => {
    must((await payWith(five)) === 'requestPayment:ok', five)
  },
  query: async () => {
    const result = await pay.query({ out_trade_no: outTradeNo })
    must(result.data?.trade_state === 'SUCCESS', result)
  },
  notification: async () => {
    notice = await server.next()
    must(await verified(notice), notice)
    must(opened(notice.body)['out_trade_no'] === outTradeNo, opened(notice.body))
  },
  damaged: async () => {
    const body = damaged(notice.body)
    must(await refuses(() => verified({ ...notice, body })), 'a signature over other bytes passed')
    if (await refuses(() => opened(body))) return
    return defect('AES-GCM content is opened without looking at its tag (final() is missing)')
  },
  refund: async () => {
    const result = await pay.refunds({
      out_trade_no: outTradeNo,
      out_refund_no: 'nodev3-r1',
      amount: { refund: 40, total: 100, currency: 'CNY' },
    })
    must(result.status === 200 && result.data?.['refund_id'] !== undefined, result)
  },
  refund_query: async () => {
    const result = await pay.find_refunds('nodev3-r1')
    must(result.data?.['out_refund_no'] === 'nodev3-r1', result)
  },
  close: async () => {
    await pay.transactions_jsapi({ ...order, out_trade_no: 'nodev3-0002' })
    const result = await pay.close('nodev3-0002')
    must(result.status === 204, result)
    const after = await pay.query({ out_trade_no: 'nodev3-0002' })
    must(after.data?.trade_state === 'CLOSED', after)
  },
  bodyless: async () => {
    const path = `/v3/pay/transactions/out-trade-no/${outTradeNo}/close`
    const authorization = pay.buildAuthorization('POST', `https://api.mch.weixin.qq.com${path}`)
    const headers = { authorization, accept: 'application/json', 'user-agent': 'sdk' }
    const answer = await fetch(`${given.url}${path}`, { method: 'POST', headers })
    const { code } = (await answer.json()) as { code: string }
    if (code !== 'SIGN_ERROR') return
    return defect('the line of the empty body is left out of what is signed')
  },
  bill: async () => {
    day = await tomorrowAtEleven()
    const result = await pay.tradebill({ bill_date: day, bill_type: 'ALL' })
    link = String(result.data?.['download_url'])
    must(result.status === 200 && link.startsWith('http'), result)
  },
  bill_download: async () => {
    const result = await pay.downloadBill(link)
    must(result.status === 200, result)
    must(String(result.data).includes(outTradeNo), result)
  },
})
server.close()
