// node-easywechat: built on axios, which takes HTTPS_PROXY from the environment by itself.
import { createRequire } from 'node:module'
import { defect } from '../operations.ts'
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
  getStatusCode(): number
  toObject(): Record<string, unknown> | null
  toString(): string
}

interface Client {
  get(url: string, payload?: object): Promise<Answer>
  post(url: string, payload?: object): Promise<Answer>
  postJson(url: string, data: object): Promise<Answer>
}

interface Message {
  toObject(): Record<string, unknown>
}

interface PayApp {
  getClient(): Client
  getUtils(): { buildMiniAppConfig(prepayId: string, appid: string): object }
  getMerchant(): { getPlatformCerts(): Promise<Record<string, { toString(): string }>> }
  getValidator(): { validate(request: object): Promise<boolean> }
  setRequest(request: object): PayApp
  getServer(): { getDecryptedMessage(): Promise<Message> }
}

interface MiniApp {
  getUtils(): { codeToSession(code: string): Promise<Record<string, string>> }
}

interface EasyWechat {
  readonly Pay: new (config: object) => PayApp
  readonly MiniApp: new (config: object) => MiniApp
  readonly ServerRequest: new (method: string, url: string, headers: object, body: string) => object
}

const load = createRequire(import.meta.url)
const { Pay, MiniApp, ServerRequest }: EasyWechat = load('node-easywechat')

const app = new Pay({
  app_id: given.appid,
  mch_id: given.mchid,
  certificate: given.certificate_file,
  private_key: given.private_key_file,
  secret_key: given.apiv3_key,
})
const client = app.getClient()

const server = new NotifyServer()
const notifyUrl = await server.open()
const payer = { openid: await openid() }
const outTradeNo = 'easy-0001'
const order = {
  appid: given.appid,
  mchid: given.mchid,
  description: '小满·试吃装',
  notify_url: notifyUrl,
  payer,
  amount: { total: 100, currency: 'CNY' },
}
const numbered = (number: string) => `/v3/pay/transactions/out-trade-no/${number}`
const params = { mchid: given.mchid }
let prepayId = ''
let notice: Notification = { headers: {}, body: '' }
let link = new URL('http://127.0.0.1')

const arrived = ({ headers, body }: Notification) =>
  new ServerRequest('POST', '/notify', headers, body)

await perform({
  login: async () => {
    const { code } = await control('POST', '/_sim/login', {})
    const mini = new MiniApp({ app_id: given.appid, secret: given.app_secret })
    const session = await mini.getUtils().codeToSession(String(code))
    must(session['openid'] === payer.openid, session)
  },
  certificates: async () => {
    const [first] = Object.values(await app.getMerchant().getPlatformCerts())
    must(String(first).includes('BEGIN CERTIFICATE'), first)
  },
  prepay: async () => {
    const data = { ...order, out_trade_no: outTradeNo }
    const json = await client.postJson('/v3/pay/transactions/jsapi', data)
    const answer = await client.post('/v3/pay/transactions/jsapi', { data })
    prepayId = String(answer.toObject()?.['prepay_id'])
    must(prepayId.startsWith('wx'), answer.toObject())
    if (json.getStatusCode() !== 401) return
    return defect('postJson signs an empty body instead of what it sends; post({ data }) works')
  },
  answers: async () => {
    await control('POST', '/_sim/faults', {
      point: 'pay.query',
      kind: 'wrong_signature',
      next: true,
    })
    const answer = await client.get(numbered(outTradeNo), { params })
    if (answer.getStatusCode() !== 200) return
    return defect('the signature of an answer is never looked at')
  },
  call_up: async () => {
    const five = app.getUtils().buildMiniAppConfig(prepayId, given.appid)
    must((await payWith(five)) === 'requestPayment:ok', five)
  },
  query: async () => {
    const answer = await client.get(numbered(outTradeNo), { params })
    must(answer.toObject()?.['trade_state'] === 'SUCCESS', answer.toObject())
  },
  notification: async () => {
    notice = await server.next()
    must(await app.getValidator().validate(arrived(notice)), notice)
    const message = await app.setRequest(arrived(notice)).getServer().getDecryptedMessage()
    must(message.toObject()['out_trade_no'] === outTradeNo, message.toObject())
  },
  damaged: async () => {
    const other = { ...notice, body: damaged(notice.body) }
    must(await refuses(() => app.getValidator().validate(arrived(other))), 'other bytes passed')
    const opening = () => app.setRequest(arrived(other)).getServer().getDecryptedMessage()
    must(await refuses(opening), 'damaged content was opened')
  },
  refund: async () => {
    const data = {
      out_trade_no: outTradeNo,
      out_refund_no: 'easy-r1',
      amount: { refund: 40, total: 100, currency: 'CNY' },
    }
    const answer = await client.post('/v3/refund/domestic/refunds', { data })
    must(answer.toObject()?.['refund_id'] !== undefined, answer.toObject())
  },
  refund_query: async () => {
    const answer = await client.get('/v3/refund/domestic/refunds/easy-r1')
    must(answer.toObject()?.['out_refund_no'] === 'easy-r1', answer.toObject())
  },
  close: async () => {
    const data = { ...order, out_trade_no: 'easy-0002' }
    await client.post('/v3/pay/transactions/jsapi', { data })
    const closed = await client.post(`${numbered('easy-0002')}/close`, { data: params })
    must(closed.getStatusCode() === 204, closed.getStatusCode())
    const answer = await client.get(numbered('easy-0002'), { params })
    must(answer.toObject()?.['trade_state'] === 'CLOSED', answer.toObject())
  },
  bodyless: async () => {
    const answer = await client.post(`${numbered(outTradeNo)}/close`)
    const code = answer.toObject()?.['code']
    must(code !== undefined && code !== 'SIGN_ERROR', answer.toObject())
  },
  bill: async () => {
    const day = await tomorrowAtEleven()
    const bill = { params: { bill_date: day, bill_type: 'ALL' } }
    const answer = await client.get('/v3/bill/tradebill', bill)
    const url = String(answer.toObject()?.['download_url'])
    must(URL.canParse(url), answer.toObject())
    link = new URL(url)
  },
  bill_download: async () => {
    const whole = await client.get(link.href)
    const parts = await client.get(`${link.pathname}${link.search}`)
    must(parts.toString().includes(outTradeNo), parts.toString())
    if (whole.getStatusCode() !== 401) return
    return defect('a whole link is signed without its query; path and query alone work')
  },
})
server.close()
