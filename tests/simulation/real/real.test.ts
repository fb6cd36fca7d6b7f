import { expect, test } from 'vitest'
import { Life } from '../engine/scheduler.ts'
import { ConcurrentScheduler } from './scheduler.ts'
import { Traffic } from './traffic.ts'
import { Troubles } from './troubles.ts'

function start() {
  const traffic = new Traffic()
  return { traffic, scheduler: new ConcurrentScheduler(1, 0, traffic) }
}

/** A statement whose answer comes when the test wants it. */
function statement() {
  let answer = (_value: string) => {}
  const work = new Promise<string>((resolve) => {
    answer = resolve
  })
  return { answer: (value: string) => answer(value), send: () => work }
}

const never = () => false

/** The database takes until nobody can go on without it. */
function answerWhenWaitedFor(traffic: Traffic, answer: () => void): void {
  const news = traffic.news.bind(traffic)
  traffic.news = () => {
    const heard = news()
    answer()
    return heard
  }
}

test('virtual time runs two seconds ahead of a statement on its way, and no further', async () => {
  const { traffic, scheduler } = start()
  const life = new Life('s0')
  const { answer, send } = statement()
  const seen: string[] = []
  void traffic.carry(scheduler, life, send).then((told) => seen.push(`${told} ${scheduler.now()}`))
  for (const ms of [500, 2_000, 2_001]) {
    scheduler.at(life, 'walk', ms, () => seen.push(`at ${ms}`))
  }
  answerWhenWaitedFor(traffic, () => answer('rows'))
  await scheduler.run(5_000, never)
  expect(seen).toEqual(['at 500', 'at 2000', 'rows 2000', 'at 2001'])
})

test('many statements are on their way at once, and a run ends when all are back', async () => {
  const { traffic, scheduler } = start()
  const life = new Life('s0')
  const all = Array.from({ length: 12 }, statement)
  for (const { send } of all) {
    scheduler.at(life, 'asks', 10, () => void traffic.carry(scheduler, life, send))
  }
  answerWhenWaitedFor(traffic, () => {
    for (const { answer } of all) answer('rows')
  })
  await scheduler.run(100, never)
  expect([traffic.most, traffic.sent, traffic.waitingSinceMs(100)]).toEqual([12, 12, null])
})

test('a dead life never hears its answer, and a frozen one holds nobody up and hears it late', async () => {
  const { traffic, scheduler } = start()
  const [dead, frozen] = [new Life('dead'), new Life('frozen')]
  const [first, second] = [statement(), statement()]
  const seen: string[] = []
  const hear = (life: Life, send: () => Promise<string>) =>
    void traffic
      .carry(scheduler, life, send)
      .then(() => seen.push(`${life.name} ${scheduler.now()}`))
  hear(dead, first.send)
  hear(frozen, second.send)
  dead.onDeath.push(() => traffic.forget(dead))
  scheduler.kill(dead)
  frozen.frozenUntilMs = 60_000
  scheduler.at(new Life('else'), 'else', 30_000, () => {
    seen.push('else 30000')
    for (const { answer } of [first, second]) answer('rows')
  })
  await scheduler.run(100_000, never)
  expect(seen).toEqual(['else 30000', 'frozen 60000'])
})

test('a deadlock is told with what both transactions had done', () => {
  const troubles = new Troubles()
  const told: string[] = []
  troubles.onBroken = (promise, story) => told.push(`${promise} ${story}`)
  for (const [pid, first, second] of [
    [11, 'order', 'payment'],
    [12, 'payment', 'order'],
  ] as const) {
    troubles.sends(pid, `s${pid}`, 'start transaction isolation level read committed')
    troubles.sends(pid, `s${pid}`, `select * from ${first} for update`)
    troubles.sends(pid, `s${pid}`, `select * from ${second} for update`)
  }
  const detail = 'Process 11 waits for ShareLock on transaction 5; blocked by process 12.'
  troubles.met(Object.assign(new Error('deadlock detected'), { code: '40P01', detail }), 's11')
  expect(told[0]).toMatch(/^lock-order s11: Process 11.*11 s11:.*order.*payment/s)
  expect(troubles.deadlocks).toHaveLength(1)
})

test('I-37 an update of money that finds its row changed is told: it was not locked when it was read', () => {
  const troubles = new Troubles()
  const told: string[] = []
  troubles.onBroken = (promise, story) => told.push(`${promise} ${story}`)
  const update =
    'update "payment" set "status" = $1, "version" = $2 where "id" = $3 and "version" = $4'
  troubles.wrote(update, 1, 's0')
  troubles.wrote('update "access_token" set "version" = $1 where "version" = $2', 0, 's0')
  expect(told).toEqual([])
  troubles.wrote(update, 0, 's0')
  expect(told).toEqual(['I-37 s0 read a payment without its lock, and lost it'])
})
