// Two `minitill serve` on one database that is not ours: all work is shared, none is done twice.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { openPool } from '../../server/store/database.ts'
import { databaseIn } from '../support/postgres.ts'
import { Customer } from './shop.ts'
import { Bench, checkout, freePort, plainEnvironment, until } from './support.ts'

const ORDERS = 100
const BUYERS = 5
const PRICE_FEN = 1800

let bench: Bench
let database: string
let children: ChildProcess[]
beforeEach(async () => {
  bench = await Bench.make()
  children = []
  database = `minitill_shared_${randomBytes(6).toString('hex')}`
  await administer(`CREATE DATABASE ${database}`)
})
afterEach(async () => {
  await Promise.all(children.map(end))
  await administer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  bench.end()
})

async function administer(statement: string): Promise<void> {
  const admin = openPool({ url: inject('databaseUrl') }, 1)
  await admin.query(statement)
  await admin.end()
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await exited
}

const command = (args: readonly string[]): string[] => [
  join(checkout, 'tools/minitill.mjs'),
  ...args,
]

function environment(more: Record<string, string>): Record<string, string | undefined> {
  const url = databaseIn(inject('databaseUrl'), database)
  const own = { MINITILL_DATA_DIR: bench.dataDir, DATABASE_URL: url, LANG: 'C' }
  return { ...plainEnvironment(), ...own, ...more }
}

function minitill(args: readonly string[], more: Record<string, string> = {}): string {
  const env = environment(more)
  const result = spawnSync(process.execPath, command(args), { encoding: 'utf8', env })
  return `${result.status} ${result.stdout}${result.stderr}`
}

/** Starts a command that stays, and resolves when it has printed this. */
async function running(args: string[], more: Record<string, string>, line: string): Promise<void> {
  const child = spawn(process.execPath, command(args), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(more),
  })
  children.push(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  await until(line, 60_000, () => {
    if (child.exitCode !== null) throw new Error(`ended early: ${output}`)
    return output.includes(line)
  })
}

/** A person of one's own, with money for all of it. */
async function newcomer(simulator: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${simulator}/_sim/people`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ balance: ORDERS * PRICE_FEN }),
  })
  return String(((await answer.json()) as { id: unknown }).id)
}

/** One buyer's share: each order is made at one server and paid at the other. */
async function buy(buyer: number, doors: readonly [Customer, Customer]): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < ORDERS / BUYERS; index += 1) {
    const [here, there] = index % 2 === 0 ? doors : [doors[1], doors[0]]
    const id = await here.order(`buyer-${buyer}-${index}`)
    await there.pay(id)
    ids.push(id)
  }
  return ids
}

interface JournalLine {
  seq: number
  kind: string
  url: string
}

/** Every line of the journal whose address has this in it. */
async function journal(simulator: number, part: string): Promise<JournalLine[]> {
  const found: JournalLine[] = []
  for (let after = 0; ; ) {
    const url = `http://127.0.0.1:${simulator}/_sim/journal?limit=100&after=${after}`
    const { data } = (await (await fetch(url)).json()) as { data: JournalLine[] }
    found.push(...data.filter((line) => line.url.includes(part)))
    const last = data.at(-1)
    if (last === undefined) return found
    after = last.seq
  }
}

/** The ledger's own answer, at one of the two servers. */
async function sales(server: number): Promise<number | undefined> {
  const file = readFileSync(join(bench.dataDir, 'development.env'), 'utf8')
  const { MINITILL_ADMIN_KEY: key } = parseEnv(file)
  const answer = await fetch(`http://127.0.0.1:${server}/admin/v1/ledger/balances`, {
    headers: { authorization: `Bearer ${key}` },
  })
  const { data } = (await answer.json()) as { data: { account: string; amount: number }[] }
  return data.find(({ account }) => account === 'sales')?.amount
}

test('two serve processes on one DATABASE_URL share a hundred paid orders and apply each once', async () => {
  const [first, second, simulator] = [await freePort(), await freePort(), await freePort()]
  const ports = { MINITILL_SIMULATOR_PORT: String(simulator), MINITILL_PROXY_PORT: '0' }
  expect(minitill(['keys', 'create'], ports)).toMatch(/^0 development keys: /)
  const file = join(bench.dataDir, 'development.env')
  await running(['simulator'], ports, 'simulator listening on')
  // Both at the same instant on an empty database: each wants to migrate it.
  await Promise.all(
    [first, second].map((port) =>
      running(['serve', '--env-file', file], { MINITILL_PORT: String(port) }, 'server listening'),
    ),
  )
  expect(minitill(['migrate', '--env-file', file])).toBe('0 nothing to migrate\n')
  const doctor = minitill(['doctor', '--env-file', file])
  expect(doctor).toMatch(/^0 ok /)
  expect(doctor).toMatch(/^ok +simulator: answers \(200\)/m)

  const bought = await Promise.all(
    Array.from({ length: BUYERS }, async (_, buyer) => {
      const person = { person: await newcomer(simulator) }
      const doors = await Promise.all([
        Customer.enter([first, simulator], person),
        Customer.enter([second, simulator], person),
      ])
      const ids = await buy(buyer, doors as [Customer, Customer])
      for (const id of ids) for (const door of doors) await door.untilPaid(id)
      return ids
    }),
  )
  expect(new Set(bought.flat()).size).toBe(ORDERS)
  for (const server of [first, second]) expect(await sales(server)).toBe(-ORDERS * PRICE_FEN)
  expect(await journal(simulator, '/v3/certificates')).toHaveLength(1)
})
