import { fen, type Instant, instant } from '@minitill/protocol/model'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FlowBox, flowBox, mchid } from '../../tests/support/flow-ports.ts'
import { movement } from '../domain/ledger.ts'
import { entryText, sealText } from '../domain/seal.ts'
import { StaleVersion } from '../ports/stale-version.ts'
import { sha256Hex } from './hash.ts'
import { sealLedger } from './seal-ledger.ts'
import { verifyLedger } from './verify-ledger.ts'

let box: FlowBox
const at = instant(1_800_000_000_000)

beforeEach(async () => {
  box = await flowBox()
})
afterEach(async () => {
  await box.close()
})

const entry = (id: string, atMs: Instant = at) => ({
  ...{ id, subject: id, transition: 't', mchid, atMs, happenedAtMs: atMs },
  postings: movement('wechat_receivable', 'sales', fen(5)),
})
const book = (...ids: string[]) =>
  box.ports.store.transaction(async (tx) => {
    for (const id of ids) await tx.ledger.append(entry(id))
  })
const seal = () => sealLedger(box.ports)
const verify = async () => {
  const { found, ...seen } = await verifyLedger(box.ports, { after: 0, limit: 100 })
  const told = found.map(({ seq, entryId, what }) => `${seq} ${entryId} ${what}`)
  return { found: told, seals: seen.seals, entries: seen.entries }
}
/** What only the owner of the tables can do: triggers off, a statement, triggers on again. */
async function asOwner(...statements: string[]): Promise<void> {
  await box.db.connection().execute(async (db) => {
    await sql`SET session_replication_role = replica`.execute(db)
    for (const statement of statements) await sql.raw(statement).execute(db)
    await sql`SET session_replication_role = origin`.execute(db)
  })
}
/** Three seals: of a and b, of c, of d and e. */
async function chain(): Promise<void> {
  for (const ids of [['a', 'b'], ['c'], ['d', 'e']]) {
    await book(...ids)
    await seal()
  }
}

test('what is booked is sealed once, in a chain in which nothing is found', async () => {
  expect(await seal()).toEqual({ again: at + 60_000 })
  expect(await verify()).toEqual({ found: [], seals: 0, entries: 0 })
  await chain()
  await book('f')
  expect(await verify()).toEqual({ found: [], seals: 3, entries: 5 })
  await seal()
  await seal()
  expect(await verify()).toEqual({ found: [], seals: 4, entries: 6 })
  const halves = [0, 2].map((after) => verifyLedger(box.ports, { after, limit: 2 }))
  const [first, second] = await Promise.all(halves)
  expect([first?.last?.seq, first?.complete, second?.found, second?.entries]).toEqual([
    2,
    false,
    [],
    3,
  ])
})

test('an entry whose transaction commits late is sealed, whatever its id and time', async () => {
  await book('m')
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let written = () => {}
  const isWritten = new Promise<void>((resolve) => {
    written = resolve
  })
  const late = box.ports.store.transaction(async (tx) => {
    await tx.ledger.append(entry('a', instant(at - 60_000)))
    written()
    await held
  })
  await isWritten
  // Neither waits for the other: the sealer passes by, and the next writer too.
  await seal()
  await book('n')
  await seal()
  release()
  await late
  await seal()
  expect(await verify()).toEqual({ found: [], seals: 3, entries: 3 })
})

test('of two sealers with the same number one gives way, and no entry is sealed twice', async () => {
  await book('a', 'b', 'c', 'd')
  const ends = await Promise.allSettled([seal(), seal(), seal(), seal()])
  const failed = ends.filter((end) => end.status === 'rejected').map((end) => end.reason)
  for (const reason of failed) expect(reason).toBeInstanceOf(StaleVersion)
  await seal()
  expect(await verify()).toMatchObject({ found: [], entries: 4 })
})

test.each([
  [
    'an amount',
    "UPDATE posting SET amount_fen = amount_fen * 2 WHERE entry_id = 'b'",
    '1 b changed',
  ],
  [
    'an account',
    "UPDATE posting SET account = 'fees' WHERE entry_id = 'b' AND line = 2",
    '1 b changed',
  ],
  ['a time', "UPDATE entry SET happened_at_ms = 1 WHERE id = 'c'", '2 c changed'],
  ['a merchant', "UPDATE entry SET mchid = '1' WHERE id = 'e'", '3 e changed'],
  [
    'one line more',
    "INSERT INTO posting VALUES ('d', 3, 'fees', 1), ('d', 4, 'sales', -1)",
    '3 d changed',
  ],
  ['a line less', "DELETE FROM posting WHERE entry_id = 'd'", '3 d changed'],
  [
    'no entry',
    "DELETE FROM posting WHERE entry_id = 'c'; DELETE FROM entry WHERE id = 'c'",
    '2 c removed',
  ],
  ['a strange entry', "INSERT INTO entry VALUES ('x', 's', 't', 1, '1', 1)", 'null x inserted'],
  [
    'a false digest',
    `UPDATE seal_entry SET digest = '${'a'.repeat(64)}' WHERE entry_id = 'a'`,
    '1 null seal_changed',
  ],
  ['no place', "DELETE FROM seal_entry WHERE entry_id = 'b'", '1 null seal_changed'],
  [
    'another place',
    "UPDATE seal_entry SET position = 3 WHERE entry_id = 'a'",
    '1 null seal_changed',
  ],
  [
    'a false hash',
    `UPDATE seal SET hash = '${'a'.repeat(64)}' WHERE seq = 2`,
    '2 null seal_changed',
  ],
  [
    'another time of sealing',
    'UPDATE seal SET sealed_at_ms = 1 WHERE seq = 2',
    '2 null seal_changed',
  ],
  ['another count', 'UPDATE seal SET entries = 9 WHERE seq = 2', '2 null seal_changed'],
  [
    'no seal',
    'DELETE FROM seal_entry WHERE seq = 2; DELETE FROM seal WHERE seq = 2',
    '2 null seal_missing',
  ],
])("an owner's edit is named by seal and entry: %s", async (_what, statement, expected) => {
  await chain()
  await asOwner(...statement.split('; '))
  expect((await verify()).found[0]).toBe(expected)
})

test('a seal that was made anew over a changed entry does not fit the next one', async () => {
  await chain()
  await asOwner("UPDATE posting SET amount_fen = amount_fen * 2 WHERE entry_id = 'c'")
  const [forged] = await box.ports.store.read.ledger.ofSubject('c')
  const second = await box.ports.store.read.seals.bySeq(2)
  if (!forged || !second) throw new Error('no entry, no seal')
  const digest = sha256Hex(entryText(forged))
  const hash = sha256Hex(sealText(second, [digest]))
  await asOwner(
    `UPDATE seal_entry SET digest = '${digest}' WHERE entry_id = 'c'`,
    `UPDATE seal SET hash = '${hash}' WHERE seq = 2`,
  )
  expect((await verify()).found).toEqual(['3 null chain_broken'])
})
