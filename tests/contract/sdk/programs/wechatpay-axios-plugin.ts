// wechatpay-axios-plugin: axios takes HTTPS_PROXY from the environment by itself.
import { X509Certificate } from 'node:crypto'
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

interface Answer {
  readonly status: number
  readonly data: Record<string, unknown>
}

interface Sealed {
  readonly ciphertext: string
  readonly associated_data: string
  readonly nonce: string
}

interface Client {
  request(config: object): Promise<Answer>
}

interface Link {
  get(config?: object): Promise<Answer>
  post(data?: object, config?: object): Promise<Answer>
  readonly client: { readonly v3: Client }
  readonly [name: string]: unknown
}

interface Plugin {
  readonly Wechatpay: new (options: object) => Link
  readonly Rsa: {
    sign(message: string, key: unknown): string
    verify(message: string, signature: string, key: unknown): boolean
    from(key: string, type: string): unknown
  }
  readonly Aes: {
    readonly AesGcm: { decrypt(text: string, key: string, nonce: string, aad: string): string }
  }
  readonly Formatter: {
    nonce(): string
    timestamp(): number
    response(timestamp: string, nonce: string, body: string): string
    joinedByLineFeed(...parts: string[]): string
  }
}

const load = createRequire(import.meta.url)
const { Wechatpay, Rsa, Aes, Formatter }: Plugin = load('wechatpay-axios-plugin')

const merchant = {
  mchid: given.mchid,
  serial: given.serial_no,
  privateKey: Rsa.from(given.private_key, 'private'),
}
const certs: Record<string, unknown> = { [given.public_key_id]: given.public_key }
let wxpay = new Wechatpay({ ...merchant, certs: { ...certs } })

/** `wxpay.v3.pay.transactions…`, as the SDK's chain is written. */
function chain(path: string): Link {
  let at: Link = wxpay
  for (const part of path.split('.')) at = at[part] as Link
  return at
}

const server = new NotifyServer()
const notifyUrl = await server.open()
const outTradeNo = 'axios-0001'
const order = {
  appid: given.appid,
  mchid: given.mchid,
  description: '小满·试吃装',
  notify_url: notifyUrl,
  payer: { openid: await openid() },
  amount: { total: 100, currency: 'CNY' },
}
let prepayId = ''
let notice: Notification = { headers: {}, body: '' }
let link = ''
let bill: object = {}

const byNumber = 'v3.pay.transactions.outTradeNo.$out_trade_no$'
const query = (number: string) =>
  chain(byNumber).get({ params: { mchid: given.mchid }, out_trade_no: number })

function verified({ headers, body }: Notification): boolean {
  const of = (name: string) => headers[`wechatpay-${name}`] ?? ''
  const message = Formatter.response(of('timestamp'), of('nonce'), body)
  return Rsa.verify(message, of('signature'), certs[of('serial')])
}

function opened({ ciphertext, nonce, associated_data: aad }: Sealed): string {
  return Aes.AesGcm.decrypt(ciphertext, given.apiv3_key, nonce, aad)
}

const sealedIn = (body: string) => (JSON.parse(body) as { resource: Sealed }).resource

await perform({
  login: () => NOT_OFFERED,
  certificates: async () => {
    // The first time nothing can verify the answer: the SDK's own downloader does the same.
    const plain = { transformResponse: [(text: string) => JSON.parse(text)] }
    const { data } = await chain('v3.certificates').get(plain)
    const list = data['data'] as { serial_no: string; encrypt_certificate: Sealed }[]
    must(list.length > 0, data)
    for (const { serial_no: serial, encrypt_certificate: sealed } of list) {
      certs[serial] = new X509Certificate(opened(sealed)).publicKey
    }
    wxpay = new Wechatpay({ ...merchant, certs: { ...certs } })
    await chain('v3.certificates').get()
  },
  prepay: async () => {
    const { data } = await chain('v3.pay.transactions.jsapi').post({
      ...order,
      out_trade_no: outTradeNo,
    })
    prepayId = String(data['prepay_id'])
    must(prepayId.startsWith('wx'), data)
  },
  answers: async () => {
    await control('POST', '/_sim/faults', {
      point: 'pay.query',
      kind: 'wrong_signature',
      next: true,
    })
    must(await refuses(() => query(outTradeNo)), 'a forged answer was believed')
  },
  call_up: async () => {
    const timeStamp = String(Formatter.timestamp())
    const nonceStr = Formatter.nonce()
    const bag = `prepay_id=${prepayId}`
    const message = Formatter.joinedByLineFeed(given.appid, timeStamp, nonceStr, bag)
    const paySign = Rsa.sign(message, merchant.privateKey)
    const said = await payWith({ timeStamp, nonceStr, package: bag, signType: 'RSA', paySign })
    must(said === 'requestPayment:ok', said)
  },
  query: async () => {
    const { data } = await query(outTradeNo)
    must(data['trade_state'] === 'SUCCESS', data)
  },
  notification: async () => {
    notice = await server.next()
    must(verified(notice), notice)
    const transaction = JSON.parse(opened(sealedIn(notice.body)))
    must(transaction.out_trade_no === outTradeNo, transaction)
  },
  damaged: async () => {
    const body = damaged(notice.body)
    must(await refuses(() => verified({ ...notice, body })), 'a signature over other bytes passed')
    must(await refuses(() => opened(sealedIn(body))), 'damaged content was opened')
  },
  refund: async () => {
    const { data } = await chain('v3.refund.domestic.refunds').post({
      out_trade_no: outTradeNo,
      out_refund_no: 'axios-r1',
      amount: { refund: 40, total: 100, currency: 'CNY' },
    })
    must(data['refund_id'] !== undefined, data)
  },
  refund_query: async () => {
    const { data } = await chain('v3.refund.domestic.refunds.$out_refund_no$').get({
      out_refund_no: 'axios-r1',
    })
    must(data['out_refund_no'] === 'axios-r1', data)
  },
  close: async () => {
    const number = 'axios-0002'
    await chain('v3.pay.transactions.jsapi').post({ ...order, out_trade_no: number })
    const closed = await chain(`${byNumber}.close`).post(
      { mchid: given.mchid },
      { out_trade_no: number },
    )
    must(closed.status === 204, closed.status)
    const { data } = await query(number)
    must(data['trade_state'] === 'CLOSED', data)
  },
  bodyless: async () => {
    const asked = chain(`${byNumber}.close`).post(undefined, { out_trade_no: outTradeNo })
    const { response } = await asked.then(
      () => ({ response: { data: { code: 'none' } } }),
      (error: { response: Answer }) => error,
    )
    must(response.data['code'] !== 'SIGN_ERROR' && response.data['code'] !== 'none', response.data)
  },
  bill: async () => {
    const day = await tomorrowAtEleven()
    bill = { bill_date: day, bill_type: 'ALL' }
    const { data } = await chain('v3.bill.tradebill').get({ params: bill })
    link = String(data['download_url'])
    must(link.startsWith('http'), data)
  },
  bill_download: async () => {
    const whole = wxpay.client.v3.request({ method: 'GET', url: link })
    const refused = await refuses(() => whole)
    const { data: next } = await chain('v3.bill.tradebill').get({ params: bill })
    const { searchParams } = new URL(String(next['download_url']))
    const params = Object.fromEntries(searchParams)
    const { data } = await chain('v3.billdownload.file').get({ params })
    must(String(data).includes(outTradeNo), data)
    if (!refused) return
    return defect('takes a whole link for an answer that must be signed; path and params work')
  },
})
server.close()
