import { fen, instant } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { movement } from '../../server/domain/ledger.ts'
import { unexplained } from '../../server/domain/reconcile/balance.ts'
import { type Day, generate, mchid } from './support/day.ts'
import { World } from './support/world.ts'

// What no row shows: the account as a whole holds another sum than the books lead to.
const day = generate(60, 0, 'a sum')
const noon = instant(Date.parse('2026-11-23T12:00:00+08:00'))

async function inWorld(of: Day, story: (world: World) => Promise<void>): Promise<void> {
  const world = await World.open(of)
  try {
    await story(world)
  } finally {
    await world.close()
  }
}

/** An entry that no bill has: somebody moved fen in the books alone. */
async function bookAlone({ ports }: World, id: string, amount: number): Promise<void> {
  const [debit, credit] =
    amount > 0
      ? (['wechat_receivable', 'settled_cash'] as const)
      : (['settled_cash', 'wechat_receivable'] as const)
  const postings = movement(debit, credit, fen(Math.abs(amount)))
  const entry = { id, subject: `hand:${id}`, transition: 'moved', atMs: noon, mchid } as const
  const happenedAtMs = noon
  await ports.store.transaction(
    async (tx) =>
      await tx.ledger.append({ ...entry, mchid: mchid as never, happenedAtMs, postings }),
  )
}

test('fen that the books alone moved are one open difference of the balance, which heals when they are back', async () => {
  await inWorld(day, async (world) => {
    await bookAlone(world, 'e1', 7)
    const ended = await world.run()
    expect(ended.balance && unexplained(ended.balance)).toBe(-7)
    expect(await world.found()).toEqual(['balance open'])
    // Looked at again it is the same one.
    await world.run()
    expect(await world.found()).toEqual(['balance open'])
    await bookAlone(world, 'e2', -7)
    const right = await world.run()
    expect(right.balance && unexplained(right.balance)).toBe(0)
    expect(await world.found()).toEqual(['balance healed'])
  })
})

test('a bill whose balances do not follow from each other has no sum, and says so in one difference', async () => {
  const lines = day.funds.toString('utf8').split('\r\n')
  const at = Math.floor(lines.length / 2)
  const cells = (lines[at] ?? '').split(',')
  const column = (lines[0] ?? '').replace('\uFEFF', '').split(',').indexOf('账户结余(元)')
  // One fen more or less in one line.
  const sum = cells[column] ?? ''
  cells[column] = sum.slice(0, -1) + (sum.endsWith('0') ? '1' : '0')
  lines[at] = cells.join(',')
  const funds = Buffer.from(lines.join('\r\n'), 'utf8')
  await inWorld({ ...day, funds }, async (world) => {
    const ended = await world.run()
    expect(ended.balance).toBeNull()
    expect(await world.found()).toEqual(['balance open'])
    const { rows } = await world.pool.query('SELECT detail, there_fen FROM difference')
    expect(rows).toEqual([{ detail: { chain: 'broken' }, there_fen: null }])
  })
})

test('a day without anything odd has no difference at all', async () => {
  await inWorld(day, async (world) => {
    const { balance } = await world.run()
    expect(balance && unexplained(balance)).toBe(0)
    expect(await world.found()).toEqual([])
  })
})
