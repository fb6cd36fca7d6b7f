import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PhaseName, phases, pointNames } from '../../server/flows/phases.ts'
import { Shopper } from '../support/shopper.ts'
import { passUntil, Till } from '../support/till.ts'
import { broken, unsettled } from '../support/truth.ts'
import { Wechat } from '../support/wechat.ts'
import { House } from './house.ts'
import { owed, type Stage, stories } from './stories.ts'

const perStoryMs = 45_000
/** `npm test` takes these; the long lanes take all. */
const quick = [
  'log-in/account/after-commit',
  'start-payment/prepay/sent-no-answer',
  'start-payment/prepaid/before-commit',
  'accept-notification/inbox/after-commit',
  'apply-notification/apply/before-commit',
  'ask-wechat/query/answered-not-stored',
  'close-order/close/answered-not-stored',
  'send-refund/refund/sent-no-answer',
]
const only = process.env['MINITILL_CRASH_POINTS']
const points = only === 'quick' ? quick : pointNames().filter((point) => storyOf(point) !== null)

function storyOf(point: string) {
  const name = point.slice(0, point.lastIndexOf('/')) as PhaseName
  return stories[name] ?? null
}

let house: House
let receiver: Server
let hooks: string
let till: Till
let wechat: Wechat
let person: Shopper

beforeAll(async () => {
  receiver = createServer((request, reply) => {
    request.resume().on('end', () => reply.writeHead(204).end())
  })
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
  hooks = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`
  house = await House.open()
  till = new Till(house.pair)
  wechat = new Wechat(house.pair)
  await till.post('/webhook-endpoints', { url: hooks, events: ['order.paid'] })
  person = await Shopper.arrive(house.pair, 100_000_000)
  await person.checkout([{ product_id: 'cup', quantity: 1 }])
})
afterAll(async () => {
  await house.pair.stop()
  receiver.closeAllConnections()
  receiver.close()
})

test('every phase has a story that comes by it, or is on the list of those that are owed one', () => {
  const told = new Set<string>([...Object.keys(stories), ...owed])
  expect(Object.keys(phases).filter((name) => !told.has(name))).toEqual([])
  expect(owed.filter((name) => name in stories)).toEqual([])
  expect([...told].filter((name) => !(name in phases))).toEqual([])
})

test.each(points)(
  'killed at %s, started again: everything settles and the books are right',
  async (point) => {
    const stage: Stage = { house, person, till, wechat, hooks }
    await house.arm(point)
    await storyOf(point)?.(stage)
    await passUntil(
      wechat,
      async () => ({ left: await unsettled(house.pair), deaths: house.deaths }),
      ({ left, deaths }) => left.length === 0 && deaths.includes(`killed at ${point}`),
    )
    expect(await broken(house.pair)).toEqual([])
  },
  perStoryMs,
)
