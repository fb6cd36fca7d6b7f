import { expect, test } from 'vitest'
import { errorText, isTillError, TillError } from './error.ts'
import { orderBody, type Said, startPhone, withLogin } from './testing/phone.ts'

/** Answers one thing after another; the last one stays. */
function answers(...all: Said[]) {
  let n = 0
  return withLogin(() => all[Math.min(n++, all.length - 1)] ?? 'silence')
}

test('a safe request that met silence is sent again, three times at most', async () => {
  const phone = startPhone({
    server: answers('silence', 'silence', { status: 200, body: { data: [], next_cursor: null } }),
  })
  await expect(phone.till.products()).resolves.toEqual({ data: [], next_cursor: null })
  const silent = startPhone({ server: answers('silence') })
  await expect(silent.till.products()).rejects.toMatchObject({ code: 'network_unavailable' })
  expect(silent.seen).toHaveLength(3)
})

test('a POST without a key is never sent twice', async () => {
  const phone = startPhone({ server: answers('silence') })
  await phone.till.login()
  const call = phone.till.request({ method: 'POST', path: '/v1/wishes', data: { tea: 1 } })
  await expect(call).rejects.toMatchObject({ code: 'network_unavailable' })
  expect(phone.seen.filter(({ path }) => path === '/v1/wishes')).toHaveLength(1)
})

test('a POST with a key is sent again with the same key', async () => {
  const phone = startPhone({
    server: answers('silence', { status: 503 }, { status: 201, body: {} }),
  })
  await phone.till.request({ method: 'POST', path: '/v1/wishes', data: {}, idempotencyKey: 'k1' })
  const keys = phone.seen.slice(1).map(({ header }) => header['Idempotency-Key'])
  expect(keys).toEqual(['k1', 'k1', 'k1'])
})

test('a busy server is given the time it asks for, unless that is too long for a person', async () => {
  const soon = { status: 429, body: { code: 'rate_limited' }, header: { 'retry-after': '2' } }
  const phone = startPhone({ server: answers(soon, { status: 200, body: orderBody() }) })
  const before = phone.nowMs()
  await phone.till.order('ord_1')
  expect(phone.nowMs() - before).toBe(2000)
  const late = { ...soon, header: { 'Retry-After': '60' } }
  const patient = startPhone({ server: answers(late) })
  await expect(patient.till.order('ord_1')).rejects.toMatchObject({ code: 'rate_limited' })
  expect(patient.seen).toHaveLength(2)
})

test('every HTTP status but 2xx is an error with code, detail and fields of the server', async () => {
  const errors = [{ field: 'items', message: 'must not be empty' }]
  const body = { code: 'invalid_request', detail: 'One field is wrong.', errors }
  const phone = startPhone({ server: answers({ status: 400, body }) })
  const error = await phone.till.createOrder([]).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ ...body, status: 400, name: 'TillError' })
  const odd = startPhone({ server: answers({ status: 500, body: '<html>' }) })
  await expect(odd.till.order('x')).rejects.toMatchObject({ code: 'http_500', status: 500 })
})

test('an answer that is no order is refused, not shown', async () => {
  for (const body of [
    {},
    'text',
    null,
    orderBody({ total: 0.5 }),
    { ...orderBody(), status: '?' },
  ]) {
    const phone = startPhone({ server: answers({ status: 200, body }) })
    await expect(phone.till.order('ord_1')).rejects.toMatchObject({ code: 'bad_answer' })
  }
})

test('an id can not climb out of its path', async () => {
  const phone = startPhone({ server: answers({ status: 200, body: orderBody() }) })
  await phone.till.order('../session?x')
  expect(phone.seen.at(-1)?.path).toBe('/v1/orders/..%2Fsession%3Fx')
})

test('every error has a sentence for people in both languages', () => {
  const stock = new TillError('out_of_stock', 409, 'Only 1 left.')
  expect(errorText(stock)).toContain('库存不足')
  expect(errorText(stock, 'en')).toContain('stock')
  for (const strange of [new Error('x'), null, 'text', new TillError('new_code', 418, '')]) {
    expect(errorText(strange, 'zh')).toMatch(/重试/)
    expect(errorText(strange, 'en')).toMatch(/retry/)
  }
  expect(isTillError(stock)).toBe(true)
  expect(isTillError({ name: 'TillError' })).toBe(false)
})

test('an address that is none is refused at once', () => {
  const make = () =>
    startPhone({ server: answers('silence'), options: { baseUrl: 'till.example' } })
  expect(make).toThrow(/https:/)
})

test('a call without fields still carries JSON, as WeChat declares JSON for every request', async () => {
  const phone = startPhone({ server: answers({ status: 200, body: orderBody() }) })
  await phone.till.cancel('ord_1')
  await phone.till.logoutEverywhere()
  await phone.till.products().catch(() => null)
  expect(phone.seen.slice(1).map(({ data }) => data)).toEqual([{}, {}, undefined])
})
