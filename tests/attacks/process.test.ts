// The server as a process of its own: what it says when it dies, and where it writes.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts'
import { freshDatabase } from '../support/database.ts'
import { Http } from '../support/http.ts'
import { until } from '../support/pair.ts'

const checkout = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'minitill-attacks-'))
chmodSync(folder, 0o700)
// The cage lets a folder's contents through only when it is there already.
mkdirSync(join(folder, 'data'), { mode: 0o700 })
let simulator: RunningSimulator
let database: Awaited<ReturnType<typeof freshDatabase>>
const children: ChildProcess[] = []

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, dataDir: null })
  database = await freshDatabase()
})
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await simulator.stop()
  await database.drop()
  rmSync(folder, { recursive: true, force: true })
})

type Environment = Record<string, string>

function environment(more: Environment = {}): Environment {
  const c = simulator.credentials
  return {
    PATH: process.env['PATH'] ?? '',
    MINITILL_ENV: 'development',
    MINITILL_PORT: '0',
    MINITILL_DATA_DIR: join(folder, 'data'),
    MINITILL_SIMULATOR_URL: simulator.url,
    DATABASE_URL: database.url,
    MINITILL_ADMIN_KEY: `sk_${'canary'.repeat(7)}`,
    MINITILL_SEAL_KEY: Buffer.alloc(32, 7).toString('base64'),
    WECHAT_APPID: c.appid,
    WECHAT_APP_SECRET: c.app_secret,
    WECHATPAY_MCHID: c.mchid,
    WECHATPAY_SERIAL_NO: c.serial_no,
    WECHATPAY_PRIVATE_KEY: c.private_key,
    WECHATPAY_APIV3_KEY: c.apiv3_key,
    WECHATPAY_PUBLIC_KEY_ID: c.public_key_id,
    WECHATPAY_PUBLIC_KEY: c.public_key,
    ...more,
  }
}

interface Life {
  readonly said: () => string
  readonly ended: Promise<number | null>
  readonly send: (signal: NodeJS.Signals) => void
}

function start(flags: readonly string[], env: Environment, program = 'server/main.ts'): Life {
  const command = [...flags, join(checkout, program)]
  const child = spawn(process.execPath, command, { cwd: checkout, env, stdio: 'pipe' })
  children.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
    })
  }
  // Not 'exit': what it said last may arrive after that.
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { said: () => said, ended, send: (signal) => void child.kill(signal) }
}

async function listening(life: Life): Promise<Http> {
  const at = /server listening on (http:\S+)/
  const died = life.ended.then((code) => `ended with ${code}`)
  const look = async () => {
    const now = Promise.resolve(null)
    return [life.said(), await Promise.race([died, now])] as const
  }
  const [said] = await until(look, ([text, end]) => at.test(text) || end !== null, 30_000)
  const [, url] = at.exec(said) ?? []
  if (url === undefined) throw new Error(`the server did not start: ${said}`)
  return new Http(url)
}

function secretsOf(env: Environment): string[] {
  const key = env['WECHATPAY_PRIVATE_KEY'] ?? ''
  return [
    env['MINITILL_ADMIN_KEY'] ?? '',
    env['MINITILL_SEAL_KEY'] ?? '',
    env['WECHAT_APP_SECRET'] ?? '',
    env['WECHATPAY_APIV3_KEY'] ?? '',
    key
      .replace(/-----[^-]+-----/g, '')
      .trim()
      .slice(0, 60),
    'canary-password',
  ]
}

// Eight starts at once: on a busy machine that is a minute.
const startMs = 180_000

test(
  'A-88 a server that dies at start, and one that is killed by its own mistake, say no secret',
  async () => {
    const bad: Environment[] = [
      { DATABASE_URL: 'postgresql://minitill:canary-password@127.0.0.1:1/nothing' },
      { DATABASE_URL: 'postgresql://minitill:canary-password@no.such.host.invalid/nothing' },
      { DATABASE_URL: 'mysql://minitill:canary-password@127.0.0.1/nothing' },
      { MINITILL_SEAL_KEY: 'canary-password' },
      { WECHATPAY_PRIVATE_KEY: 'canary-password' },
      { MINITILL_ADMIN_KEY: 'canary-password' },
      { WECHATPAY_APIV3_KEY: 'canary-password' },
      { SESSION_STORE: 'canary-password' },
    ]
    await Promise.all(
      bad.map(async (more) => {
        const env = environment(more)
        const life = start([], env)
        expect([Object.keys(more), await life.ended]).toEqual([Object.keys(more), 1])
        expect(life.said()).not.toBe('')
        const found = secretsOf(env).filter((secret) => life.said().includes(secret))
        expect([Object.keys(more), found]).toEqual([Object.keys(more), []])
      }),
    )
    // A mistake that nobody caught, thrown in the middle of its life with all secrets in scope.
    const env = environment()
    const crash = 'data:text/javascript,process.on("SIGUSR2", () => { throw new Error("planted") })'
    const life = start(['--import', crash], env)
    await listening(life)
    life.send('SIGUSR2')
    expect(await life.ended).not.toBe(0)
    expect(life.said()).toContain('planted')
    expect(secretsOf(env).filter((secret) => life.said().includes(secret))).toEqual([])
  },
  startMs,
)

const cage = [
  '--permission',
  '--allow-fs-read=*',
  '--allow-worker',
  `--allow-fs-write=${join(folder, 'data')}`,
]

test('A-91 the server writes into its data folder and nowhere else: a run that may not, works', async () => {
  const env = environment({ SESSION_STORE: `file:${join(folder, 'data/sessions')}` })
  const life = start(cage, env)
  const server = await listening(life)
  const { code } = (await new Http(simulator.url).post('/_sim/login')).json
  const session = await server.post('/v1/sessions', { code })
  expect(session.status).toBe(201)
  const headers = { authorization: `Bearer ${session.json.token}`, 'idempotency-key': 'caged' }
  const product = JSON.stringify({ name: 'Tea', price: 100, stock: 5 })
  const admin = {
    authorization: `Bearer ${env['MINITILL_ADMIN_KEY']}`,
    'content-type': 'application/json',
  }
  expect((await server.send('PUT', '/admin/v1/products/tea', product, admin)).status).toBe(200)
  const items = [{ product_id: 'tea', quantity: 1 }]
  const order = await server.post('/v1/orders', { items }, headers)
  expect(order.status).toBe(201)
  expect((await server.post(`/v1/orders/${order.json.id}/pay`, {}, headers)).status).toBe(200)
  life.send('SIGTERM')
  expect(await life.ended).toBe(0)
  expect(life.said()).not.toMatch(/ERR_ACCESS_DENIED|Access to this API has been restricted/)
})

test('A-91 control: a server that is told to write elsewhere fails loudly in the same cage', async () => {
  const life = start(cage, environment({ SESSION_STORE: `file:${join(folder, 'elsewhere')}` }))
  const server = await listening(life)
  expect((await server.get('/readyz')).status).toBe(503)
  const { code } = (await new Http(simulator.url).post('/_sim/login')).json
  expect((await server.post('/v1/sessions', { code })).status).toBe(500)
  life.send('SIGTERM')
  expect(await life.ended).toBe(0)
  expect(life.said()).toContain('Access to this API has been restricted')
  expect(existsSync(join(folder, 'elsewhere'))).toBe(false)
})
