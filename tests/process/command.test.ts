import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Bench, checkout, plainEnvironment } from './support.ts'

let bench: Bench
beforeEach(async () => {
  bench = await Bench.make()
})
afterEach(() => bench.end())

function minitill(args: string[], env: Record<string, string> = {}) {
  const result = spawnSync(process.execPath, [join(checkout, 'tools/minitill.mjs'), ...args], {
    encoding: 'utf8',
    cwd: bench.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...plainEnvironment(), MINITILL_DATA_DIR: bench.dataDir, LANG: 'C', ...env },
  })
  return { status: result.status, said: result.stdout + result.stderr }
}

test('help lists every command in English and Chinese, the reader’s language first', () => {
  const english = minitill(['help'], { LC_ALL: 'en_US.UTF-8' })
  expect(english.status).toBe(0)
  for (const name of ['demo', 'serve', 'simulator', 'migrate', 'doctor', 'keys', 'reset']) {
    expect(english.said).toMatch(new RegExp(`^  ${name}`, 'm'))
  }
  const chinese = minitill(['help'], { LC_ALL: 'zh_CN.UTF-8' })
  expect(chinese.said).toMatch(/^ {2}serve .*只启动服务器/m)
})

test('an unknown command and an unknown option are one line and status 1', () => {
  expect(minitill(['sevre'])).toEqual({
    status: 1,
    said: 'minitill: there is no command sevre: see minitill help\n',
  })
  const option = minitill(['migrate', '--fast'])
  expect(option.status).toBe(1)
  expect(option.said.trim().split('\n')).toHaveLength(1)
})

test('migrate makes the schema once, and says so', () => {
  expect(minitill(['migrate']).said).toMatch(/^applied 0001/)
  expect(minitill(['migrate']).said).toBe('nothing to migrate\n')
})

test('doctor names what is wrong and exits 1; the database alone is fine', () => {
  minitill(['migrate'])
  const env = { MINITILL_ENV: 'development', MINITILL_SIMULATOR_URL: 'http://127.0.0.1:1' }
  const result = minitill(['doctor'], env)
  expect(result.status).toBe(1)
  expect(result.said).toMatch(/^ok +database: PostgreSQL 18/m)
  expect(result.said).toMatch(/^ok +migrations: all applied/m)
  expect(result.said).toMatch(/^wrong +simulator: .*does not answer/m)
})

test('migrate and doctor join the database of a running pair, and reset refuses to', async () => {
  const run = bench.start()
  await run.ready()
  expect(minitill(['migrate']).said).toBe('nothing to migrate\n')
  const doctor = minitill(['doctor', '--env-file', join(bench.dataDir, 'development.env')])
  expect(doctor.said).not.toMatch(/^(wrong|unknown)/m)
  expect(doctor.said).toMatch(/^ok +settings and keys: complete and matching/m)
  expect(doctor.said).toMatch(/^ok +database role: serves as minitill_app_[0-9a-f]{12}, which/m)
  expect(doctor.said).toMatch(/^ok +ledger: \d+ entries in \d+ seals are as they were sealed/m)
  expect(doctor.said).toMatch(/^ok +simulator: answers \(200\)/m)
  expect(doctor.status).toBe(0)
  expect(minitill(['reset', '--yes']).said).toMatch(/^minitill: the database in .* is in use by/)
  run.signal('SIGTERM')
  expect(await run.exited).toBe(0)
  await run.gone()
})

test('doctor reads the file of several apps and merchants, and says which of them is wrong', async () => {
  const run = bench.start()
  await run.ready()
  const file = join(bench.dataDir, 'development.env')
  const lines = readFileSync(file, 'utf8').split('\n')
  const set = Object.fromEntries(lines.map((line) => line.split(/=(.*)/s)))
  const { appid, merchant } = partyOf(set)
  const second = { ...merchant, mchid: '1999988888', appids: ['wx0000bbbbbbbbbbbb'] }
  const apps = [appid, 'wx0000bbbbbbbbbbbb'].map((one) => ({ appid: one, secret: 's'.repeat(32) }))
  const doctorOf = (merchants: readonly object[]) => {
    const config = join(bench.dataDir, 'parties.json')
    writeFileSync(config, JSON.stringify({ apps, merchants }), { mode: 0o600 })
    const others = lines.filter((line) => !/^WECHAT(PAY)?_/.test(line))
    const several = join(bench.dataDir, 'several.env')
    writeFileSync(several, [...others, `MINITILL_CONFIG=${config}`].join('\n'), { mode: 0o600 })
    return minitill(['doctor', '--env-file', several])
  }
  const right = doctorOf([merchant, second])
  expect(right.said).toMatch(/^ok +settings and keys: complete and matching/m)
  expect(right.status).toBe(0)
  const broken = doctorOf([merchant, { ...second, private_key: 'no key' }])
  expect(broken.status).toBe(1)
  expect(broken.said).toMatch(/^wrong +settings and keys: merchants\[1\]\.private_key: is neither/m)
  expect(broken.said).not.toContain('no key')
  run.signal('SIGTERM')
  expect(await run.exited).toBe(0)
  await run.gone()
})

/** The one app and merchant of a development environment as entries of a MINITILL_CONFIG file. */
function partyOf(set: Readonly<Record<string, string>>) {
  const appid = set['WECHAT_APPID'] ?? ''
  const merchant = {
    mchid: set['WECHATPAY_MCHID'],
    appids: [appid],
    serial_no: set['WECHATPAY_SERIAL_NO'],
    private_key: set['WECHATPAY_PRIVATE_KEY'],
    apiv3_key: set['WECHATPAY_APIV3_KEY'],
    public_key_id: set['WECHATPAY_PUBLIC_KEY_ID'],
    public_key: set['WECHATPAY_PUBLIC_KEY'],
  }
  return { appid, merchant }
}

test('reset removes nothing unasked, nothing foreign, and all of ours', () => {
  mkdirSync(bench.dataDir)
  writeFileSync(join(bench.dataDir, 'thesis.doc'), '')
  expect(minitill(['reset', '--yes']).said).toMatch(/is not a data folder of minitill/)
  expect(minitill(['migrate']).status).toBe(0)
  expect(minitill(['reset']).said).toMatch(/^minitill: reset asks before it removes anything/)
  expect(existsSync(bench.dataDir)).toBe(true)
  expect(minitill(['reset', '--yes']).said).toMatch(/^removed /)
  expect(readdirSync(bench.dataDir)).toEqual(['thesis.doc'])
  rmSync(join(bench.dataDir, 'thesis.doc'))
  expect(minitill(['migrate']).status).toBe(0)
  expect(minitill(['reset', '--yes']).said).toBe(`removed ${bench.dataDir}\n`)
  expect(existsSync(bench.dataDir)).toBe(false)
})
