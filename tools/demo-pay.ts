/**
 * Walks the first whole path over HTTP against the running pair: log in, order two of something,
 * pay, wait until the server knows that it is paid. Prints each step; exits 1 with one clear line.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { demoAddresses, type Json, post, request, StepFailed } from './demo/http.ts'

interface Product {
  readonly id: string
  readonly name: string
  readonly price: number
  readonly stock: number | null
}

const { server, simulator } = demoAddresses(process.env)
let stepNumber = 0

try {
  await walk()
} catch (error) {
  if (!(error instanceof StepFailed)) throw error
  console.error(error.message)
  process.exitCode = 1
}

async function walk(): Promise<void> {
  const { code } = await post(`${simulator}/_sim/login`, {})
  step('wx.login gave the mini program a one-time code', shorten(code))

  const session = await post(`${server}/v1/sessions`, { code })
  const token = String(session['token'])
  step('the server swapped it for openid and session_key, and answered', {
    token: shorten(token),
    expires_at: session['expires_at'],
    is_new_account: session['is_new_account'],
  })

  const product = await pickProduct()
  step('the catalogue has', { product: product.name, price: yuan(product.price) })

  const order = await post(
    `${server}/v1/orders`,
    { items: [{ product_id: product.id, quantity: 2 }] },
    { authorization: `Bearer ${token}`, 'idempotency-key': `demo-${crypto.randomUUID()}` },
  )
  step('ordered two; the server computed the price and held the stock', summary(order))

  const paying = await post(`${server}/v1/orders/${order['id']}/pay`, {}, bearer(token))
  const callUp = paying['payment'] as Json
  step('WeChat Pay gave a prepay_id; the server signed the five fields', {
    ...callUp,
    paySign: shorten(callUp['paySign']),
  })

  const cashier = await post(`${simulator}/_sim/cashier`, { ...callUp, action: 'pay' })
  step('wx.requestPayment opened the cashier; the person paid', {
    errMsg: cashier['errMsg'],
    trade_state: cashier['trade_state'],
  })

  step('the server verified, compared and recorded it once', summary(await settled(order, token)))
  console.log('\npaid ✓  (付款成功)')
}

async function pickProduct(): Promise<Product> {
  const page = await request('GET', `${server}/v1/products`)
  const products = page['data'] as Product[]
  const product = products.find((p) => p.stock === null || p.stock >= 2)
  if (!product) throw new StepFailed('no product has two in stock; run `npx minitill reset`')
  return product
}

/** The notification comes by itself; asking only looks, it decides nothing. */
async function settled(order: Json, token: string): Promise<Json> {
  for (let look = 0; look < 50; look += 1) {
    const now = await request('GET', `${server}/v1/orders/${order['id']}`, undefined, bearer(token))
    if (now['status'] === 'paid') return now
    await sleep(200)
  }
  throw new StepFailed('the order was not paid within 10 s; look at the journal of the simulator')
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` }
}

function summary(order: Json): Json {
  const { id, status, total, out_trade_no, transaction_id, paid_at } = order
  return { id, status, total: yuan(Number(total)), out_trade_no, transaction_id, paid_at }
}

function step(what: string, seen: unknown): void {
  stepNumber += 1
  console.log(`\n${stepNumber}. ${what}`)
  console.log(
    `   ${typeof seen === 'string' ? seen : JSON.stringify(seen, null, 1).replace(/\n\s*/g, ' ')}`,
  )
}

function shorten(value: unknown): string {
  return `${String(value).slice(0, 12)}…`
}

/** For display only: whole fen as yuan, by string. */
function yuan(amountFen: number): string {
  const digits = String(amountFen).padStart(3, '0')
  return `¥${digits.slice(0, -2)}.${digits.slice(-2)}`
}
