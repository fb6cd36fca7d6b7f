import { expect, test } from 'vitest'
import { orderBody, type Said, type Seen, settle, startPhone, withLogin } from './testing/phone.ts'

const two = [{ product_id: 'tea-jasmine-silver', quantity: 2 }]
const made = { status: 201, body: orderBody() }
const keyOf = (seen: Seen | undefined) => seen?.header['Idempotency-Key']
const posts = (seen: Seen[]) =>
  seen.filter(({ method, path }) => method === 'POST' && path === '/v1/orders')

function serverSaying(...all: Said[]) {
  let n = 0
  return withLogin(() => all[Math.min(n++, all.length - 1)] ?? 'silence')
}

test('the key of an order is in storage before the order is sent', async () => {
  const phone = startPhone({ server: serverSaying(made) })
  await phone.till.createOrder(two)
  const key = keyOf(posts(phone.seen)[0])
  expect(key).toMatch(/^kit-[a-z0-9-]{12,}$/)
  expect(phone.storedAtSend.at(-1)).toContain(String(key))
})

test('a second tap while the first is under way places one order', async () => {
  const phone = startPhone({ server: serverSaying(made) })
  const [a, b] = await Promise.all([phone.till.createOrder(two), phone.till.createOrder(two)])
  expect(a).toEqual(b)
  expect(posts(phone.seen)).toHaveLength(1)
})

test('an order whose answer was lost is placed again with the same key, also after a restart', async () => {
  const phone = startPhone({ server: serverSaying('silence') })
  await expect(phone.till.createOrder(two)).rejects.toMatchObject({ code: 'network_unavailable' })
  const again = startPhone({ server: serverSaying(made), storage: phone.storage })
  await again.till.createOrder(two)
  const keys = [...posts(phone.seen), ...posts(again.seen)].map(keyOf)
  expect(keys).toHaveLength(4)
  expect(new Set(keys).size).toBe(1)
})

test('once the order is known, the same items are a new order', async () => {
  const phone = startPhone({ server: serverSaying(made) })
  await phone.till.createOrder(two)
  await phone.till.createOrder(two)
  const keys = posts(phone.seen).map(keyOf)
  expect(new Set(keys).size).toBe(2)
})

test('other items are another order, even while the first is unanswered', async () => {
  const phone = startPhone({ server: serverSaying('silence') })
  await phone.till.createOrder(two).catch(() => null)
  await phone.till.createOrder([{ product_id: 'tea-gift-box', quantity: 1 }]).catch(() => null)
  expect(new Set(posts(phone.seen).map(keyOf)).size).toBe(2)
})

test('a refused order gives its key up; an overloaded server does not', async () => {
  const refusal = { status: 409, body: { code: 'out_of_stock' } }
  const refused = startPhone({ server: serverSaying(refusal, made) })
  await expect(refused.till.createOrder(two)).rejects.toMatchObject({ code: 'out_of_stock' })
  await refused.till.createOrder(two)
  expect(new Set(posts(refused.seen).map(keyOf)).size).toBe(2)

  const busy = startPhone({ server: serverSaying({ status: 500 }, made) })
  await expect(busy.till.createOrder(two)).rejects.toMatchObject({ status: 500 })
  await busy.till.createOrder(two)
  expect(new Set(posts(busy.seen).map(keyOf)).size).toBe(1)
})

test('an unanswered order from long ago is not what a person means now', async () => {
  const phone = startPhone({ server: serverSaying('silence'), still: true })
  const first = phone.till.createOrder(two).catch(() => null)
  await phone.advance(10_000)
  await first
  await phone.advance(16 * 60_000)
  const second = phone.till.createOrder(two).catch(() => null)
  await phone.advance(10_000)
  await second
  await settle()
  expect(new Set(posts(phone.seen).map(keyOf)).size).toBe(2)
})

test('only product and quantity are sent, never a price', async () => {
  const phone = startPhone({ server: serverSaying(made) })
  const line = { product_id: 'tea-gift-box', quantity: 1, price: 1 }
  await phone.till.createOrder([line])
  expect(posts(phone.seen)[0]?.data).toEqual({
    items: [{ product_id: 'tea-gift-box', quantity: 1 }],
  })
})
