import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Accounts } from '../support/bills.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

let pair: Pair
let person: Shopper
let wechat: Wechat
let accounts: Accounts

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
  wechat = new Wechat(pair)
  accounts = new Accounts(pair, new Till(pair), wechat)
})
afterAll(async () => {
  await pair.stop()
})

const program = join(import.meta.dirname, '../../tools/minitill.mjs')

async function minitill(...args: string[]): Promise<{ status: number; text: string }> {
  const own = /^(MINITILL|WECHAT|WECHATPAY)_|^(DATABASE_URL|SESSION_STORE|PUBLIC_URL)$/
  const clean = Object.entries(process.env).filter(([name]) => !own.test(name))
  const env = { ...Object.fromEntries(clean), ...pair.environment }
  const child = spawn(process.execPath, [program, ...args], { env })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      text += piece.toString()
    })
  }
  const status = await new Promise<number>((done) => {
    child.once('exit', (code) => done(code ?? -1))
  })
  return { status, text }
}

test('minitill reconcile says 0 for a clean day, 1 for an open difference, 2 when it can’t', async () => {
  const date = accounts.today()
  await bought(person)
  expect(await minitill('reconcile', date)).toMatchObject({ status: 2 })
  expect(await minitill('reconcile')).toMatchObject({ status: 2 })
  // Without a server: the command does all of it by itself.
  await pair.stopFirst()
  await accounts.untilNextDay()
  const clean = await minitill('reconcile', date)
  expect(clean.text).toContain('1 trades, 2 movements: 3 matched')
  expect(clean.text).toContain('right to the fen')
  expect(clean.status).toBe(0)
  expect(await minitill('reconcile', date)).toEqual(clean)
})

test('an open difference of yesterday is a failing command, with class and amount', async () => {
  const date = accounts.today()
  const { mchid } = pair.credentials
  const funds = pair.world.must('funds', mchid)
  const flow = pair.world.values('fundFlows').at(-1)
  if (flow === undefined) throw new Error('nothing moved')
  const balanceFen = funds.balanceFen + 100
  const odd = {
    kind: 'top_up' as const,
    businessId: 'X1',
    voucher: '',
    note: '',
    atMs: pair.world.nowMs(),
  }
  pair.world.put('fundFlows', '000009999', { ...flow, ...odd, amountFen: 100, balanceFen })
  pair.world.put('funds', mchid, { ...funds, balanceFen })
  const fen = await wechat.arm({ point: 'pay.fundflowbill', kind: 'duplicate_row', count: 1 })
  await accounts.untilNextDay()
  const open = await minitill('reconcile', date)
  expect(open.text).toMatch(/duplicate open: 1, 1\.00 CNY/)
  expect(open.status).toBe(1)
  await wechat.disarm(fen)
})

test('a day that stands on an earlier one names what it waits for, and is compared after it', async () => {
  const [first, late] = [accounts.today(), { point: 'pay.tradebill', kind: 'bill_late' }]
  await accounts.untilNextDay()
  const date = accounts.today()
  await accounts.untilNextDay()
  const fault = await wechat.arm({ ...late, probability: 1 })
  expect((await minitill('reconcile', first)).status).toBe(2)
  const held = await minitill('reconcile', date)
  const { mchid } = pair.credentials
  expect(held.text).toMatch(
    new RegExp(
      `^${date} ${mchid}: waiting, for ${first}, which is not compared yet \\(trade: .+\\)`,
    ),
  )
  expect(held.status).toBe(2)
  await wechat.disarm(fault)
  for (const one of [first, date]) {
    const done = await minitill('reconcile', one)
    // Compared: what the odd day before left in the balance is another matter.
    expect(done.text).toContain(`${one} ${mchid}: 0 trades, 0 movements`)
    expect(done.status).toBeLessThan(2)
  }
})
