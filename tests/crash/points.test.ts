import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PhaseName, phases, pointNames } from '../../server/flows/phases.ts'
import { broken, unsettled } from '../support/truth.ts'
import { openShop, type Shop } from './shop.ts'
import { dayMs, minuteMs, passing } from './stage.ts'
import { stories } from './stories.ts'

const perStoryMs = 60_000
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

/** `quick`; a part, as in `3/8`; or all. */
function chosen(which = ''): readonly string[] {
  const all = pointNames()
  if (which === 'quick') return quick
  const [, nth, parts] = /^(\d+)\/(\d+)$/.exec(which) ?? []
  if (nth === undefined || parts === undefined) return all
  return all.filter((_, index) => index % Number(parts) === Number(nth) - 1)
}

const points = chosen(process.env['MINITILL_CRASH_POINTS'])

const phaseOf = (point: string) => point.slice(0, point.lastIndexOf('/')) as PhaseName

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
afterAll(async () => {
  await shop.close()
})

test('every phase has a story that comes by it', () => {
  expect(Object.keys(stories).toSorted()).toEqual(Object.keys(phases).toSorted())
})

test.each(points)(
  'killed at %s, started again: everything settles and the books are right',
  async (point) => {
    const { house } = shop
    const stage = await shop.stage(point)
    await house.arm(point)
    await stories[phaseOf(point)](stage)
    const { left } = await passing(
      house.pair,
      minuteMs,
      async () => ({ left: await unsettled(house.pair), deaths: house.deaths }),
      ({ left, deaths }) => left.length === 0 && deaths.includes(`killed at ${point}`),
    )
    expect(left).toEqual([])
    expect(await broken(house.pair)).toEqual([])
  },
  perStoryMs,
)

test(
  'after all of these deaths every live promise about the money is kept',
  async () => {
    const { till } = await shop.stage('')
    const checkedFrom = shop.house.pair.world.nowMs()
    const looked = await passing(
      shop.house.pair,
      dayMs,
      async () => (await till.get('/promises')).json.data as Looked[],
      (all) => all.every(({ whole_at }) => Date.parse(whole_at ?? '') > checkedFrom),
    )
    expect(looked.filter(({ status }) => status !== 'kept')).toEqual([])
  },
  perStoryMs,
)

interface Looked {
  readonly id: string
  readonly status: string
  readonly whole_at: string | null
}
