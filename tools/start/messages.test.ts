import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { configureMessages, templateOf } from './messages.ts'

const file = 'example/subscribe-messages.json'

test('the demo’s templates have a title and a label in front of every value', () => {
  const all = Object.entries(JSON.parse(readFileSync(file, 'utf8')))
  const registered = all.map(([kind, one]) => templateOf(kind, one as never))
  expect(registered.map(({ title }) => title)).toEqual([
    '支付成功通知',
    '订单发货提醒',
    '退款成功通知',
  ])
  for (const { fields } of registered) {
    for (const field of fields) expect(field).toHaveProperty('label')
  }
})

test('a text without a placeholder that is known has its key for a label', () => {
  const own = { template_id: 't', data: { thing1: '山岚茶室', thing2: '共 {total}' } }
  expect(templateOf('paid', own).fields).toEqual([
    { key: 'thing1' },
    { key: 'thing2', label: '金额' },
  ])
})

test('what can’t be set up is said in one line, and nothing is said where nothing is configured', async () => {
  const refusing = createServer((_request, reply) => reply.writeHead(400).end())
  await new Promise<void>((done) => refusing.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`
  const refused = `subscribe messages of ${file} could not be set up: paid: 400`
  expect(await configureMessages(url, file)).toBe(refused)
  expect(await configureMessages(url, 'no-such-file.json')).toMatch(
    /^subscribe messages of .+ENOENT/,
  )
  expect(await configureMessages(url, undefined)).toBeNull()
  refusing.close()
})
