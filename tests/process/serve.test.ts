import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Customer } from './shop.ts'
import { Bench, checkout, freePort, plainEnvironment, until } from './support.ts'

let bench: Bench
let second: ChildProcess | null = null
beforeEach(async () => {
  bench = await Bench.make()
})
afterEach(() => {
  second?.kill('SIGKILL')
  bench.end()
})

interface Serving {
  readonly process: ChildProcess
  said(): string
  readonly exited: Promise<number | null>
}

function serve(args: readonly string[], env: Record<string, string>): Serving {
  const child = spawn(process.execPath, [join(checkout, 'tools/minitill.mjs'), 'serve', ...args], {
    cwd: bench.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...plainEnvironment(), ...env },
  })
  second = child
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
  }
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  return { process: child, said: () => output, exited }
}

async function getJson(url: string, key?: string): Promise<Record<string, unknown>> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  return (await (await fetch(url, { headers })).json()) as Record<string, unknown>
}

test('a second minitill serve shares all work with the first and does none of it twice', async () => {
  const first = bench.start()
  await first.ready()
  const [serverPort, simulatorPort] = bench.ports
  const file = join(bench.dataDir, 'development.env')
  const port = await freePort()
  const other = serve(['--env-file', file], { MINITILL_PORT: String(port) })
  await until('the second one listens', 30_000, () => other.said().includes('server listening'))

  const here = await Customer.enter([serverPort, simulatorPort])
  const there = here.at(port)
  const ids: string[] = []
  for (let index = 0; index < 20; index += 1) {
    const id = await (index % 2 === 0 ? here : there).order(`key-${index}`)
    await (index % 2 === 0 ? there : here).pay(id)
    ids.push(id)
  }
  for (const id of ids) await there.untilPaid(id)

  const { MINITILL_ADMIN_KEY: key } = parseEnv(readFileSync(file, 'utf8'))
  const balances = await getJson(`http://127.0.0.1:${port}/admin/v1/ledger/balances`, key)
  // Twenty times ¥18.00, each booked once, whoever was told and whoever asked.
  expect(balances['data']).toEqual(
    expect.arrayContaining([expect.objectContaining({ account: 'sales', amount: -36_000 })]),
  )
  const journal = await getJson(`http://127.0.0.1:${simulatorPort}/_sim/journal?limit=500`)
  const seen = journal['data'] as Array<{ url: string; kind: string }>
  const downloads = seen.filter((line) => line.url.startsWith('/v3/certificates'))
  expect(downloads).toHaveLength(1)

  other.process.kill('SIGTERM')
  expect(await other.exited).toBe(0)
  first.signal('SIGTERM')
  expect(await first.exited).toBe(0)
  await first.gone()
})

test('serve in production lists every problem at once and starts nothing', async () => {
  const run = serve([], {
    PUBLIC_URL: 'http://shop.example.com',
    MINITILL_SIMULATOR_URL: 'http://127.0.0.1:4001',
    MINITILL_ADMIN_KEY: `sk_development_${'a'.repeat(40)}`,
    WECHAT_APPID: 'wx0000123456789abc',
    WECHAT_APP_SECRE: 'secret',
    MINITILL_DATA_DIR: bench.dataDir,
  })
  expect(await run.exited).toBe(1)
  const said = run.said()
  expect(said).toContain('WECHAT_APP_SECRE is not a setting; did you mean WECHAT_APP_SECRET?')
  for (const name of [
    'PUBLIC_URL',
    'MINITILL_SIMULATOR_URL',
    'MINITILL_ADMIN_KEY',
    'MINITILL_SEAL_KEY',
    'WECHAT_APPID',
    'WECHAT_APP_SECRET',
    'WECHATPAY_MCHID',
    'WECHATPAY_PRIVATE_KEY',
    'WECHATPAY_APIV3_KEY',
  ]) {
    expect(said).toContain(`${name}: `)
  }
  expect(said).not.toMatch(/ {4}at |aaaa/)
})
