import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { settingsPage } from './config/page.ts'
import { type Environment, readSettings, SettingsError } from './config.ts'

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = { type: 'pkcs8', format: 'pem' } as const
const [own, wechat] = [rsa(), rsa()]
const privateKey = own.privateKey.export(pem).toString()
const publicKey = wechat.publicKey.export({ type: 'spki', format: 'pem' }).toString()
const folder = mkdtempSync(join(tmpdir(), 'minitill-config-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const adminKey = `sk_${'canary'.repeat(8)}`
const approverKey = `sk_${'yranac'.repeat(8)}`
const apiv3 = 'canaryAPIv3KeyOfAnotherWorld1234'
/** A complete production environment; nothing in it is marked. */
const whole: Environment = {
  PUBLIC_URL: 'https://shop.example.com',
  MINITILL_ADMIN_KEY: adminKey,
  MINITILL_SEAL_KEY: Buffer.alloc(32, 7).toString('base64'),
  WECHAT_APPID: 'wx8888888888888888',
  WECHAT_APP_SECRET: 'canaryAppSecret0123456789abcdef0',
  WECHATPAY_MCHID: '1900007291',
  WECHATPAY_SERIAL_NO: '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
  WECHATPAY_PRIVATE_KEY: privateKey,
  WECHATPAY_APIV3_KEY: apiv3,
  WECHATPAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_0114232134912410000000000000',
  WECHATPAY_PUBLIC_KEY: publicKey,
}

function problems(more: Environment): string[] {
  try {
    readSettings({ ...whole, ...more })
  } catch (error) {
    if (error instanceof SettingsError) return [...error.problems]
    throw error
  }
  return []
}
/** The names that the problems begin with. */
const named = (more: Environment) => problems(more).map((line) => line.split(/[: ]/)[0])

function file(name: string, text: string, mode: number): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

test('a complete environment is taken, in production by default', () => {
  const settings = readSettings(whole)
  expect(settings).toMatchObject({ env: 'production', port: 4000, host: '127.0.0.1' })
  expect(settings.apps.map((app) => app.appid)).toEqual(['wx8888888888888888'])
  expect(settings.merchants[0]?.pay.mchid).toBe('1900007291')
})

test('keys may be PEM, escaped PEM, base64, or in a file', () => {
  const der = own.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')
  const path = file('key.pem', privateKey, 0o600)
  for (const form of [privateKey, privateKey.replaceAll('\n', '\\n'), der, `file:${path}`]) {
    expect(problems({ WECHATPAY_PRIVATE_KEY: form })).toEqual([])
  }
})

test('every problem is told at once, each by its name', () => {
  const wrong = {
    MINITILL_PORT: '70000',
    DATABASE_URL: 'mysql://x',
    SESSION_STORE: 'etcd://x',
    MINITILL_TRUST_PROXY: 'yes please',
    WECHATPAY_APIV3_KEY: 'short',
    PUBLIC_URL: 'http://shop.example.com?x=1',
  }
  expect(named(wrong).toSorted()).toEqual(Object.keys(wrong).toSorted())
})

test('nothing that is needed may be missing', () => {
  const needed = Object.keys(whole).filter(
    (name) => name !== 'MINITILL_ADMIN_KEY' && !name.includes('PUBLIC_KEY'),
  )
  for (const name of needed) expect(named({ [name]: undefined })).toContain(name)
})

test('a misspelt setting names the nearest right one', () => {
  expect(problems({ MINITIL_PORT: '1', WECHATPAY_MCHD: '1', OTHER_THING: '1' })).toEqual([
    'WECHATPAY_MCHD is not a setting; did you mean WECHATPAY_MCHID?',
  ])
  expect(problems({ MINITILL_PROT: '1' })[0]).toContain('did you mean MINITILL_PORT?')
})

test('production refuses whatever belongs to the simulator, all of it at once (A-84)', () => {
  const marked = {
    MINITILL_SIMULATOR_URL: 'http://127.0.0.1:4001',
    WECHAT_APPID: 'wx0000aaaaaaaaaaaa',
    WECHATPAY_MCHID: '1999912345',
    WECHATPAY_APIV3_KEY: 'MinitillSimulator000000000000000',
    WECHATPAY_PUBLIC_KEY_ID: 'PUB_KEY_ID_000000000012345',
  }
  expect(named(marked).toSorted()).toEqual(Object.keys(marked).toSorted())
  expect(problems({ ...marked, MINITILL_ENV: 'development' })).toEqual([])
  expect(named({ MINITILL_SEAL_KEY: '' })).toEqual(['MINITILL_SEAL_KEY'])
})

test('a secret file that everybody can read is refused, and one that is not there (A-87)', () => {
  const open = file('open.pem', privateKey, 0o644)
  expect(problems({ WECHATPAY_PRIVATE_KEY: `file:${open}` })[0]).toContain('chmod 600')
  expect(named({ WECHATPAY_PRIVATE_KEY: 'file:/nowhere/key.pem' })).toContain(
    'WECHATPAY_PRIVATE_KEY',
  )
})

test("keys that do not fit are refused: our own as WeChat's, a certificate as a key (A-87)", () => {
  const ownPublic = own.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  expect(named({ WECHATPAY_PUBLIC_KEY: ownPublic })).toEqual(['WECHATPAY_PUBLIC_KEY'])
  expect(named({ WECHATPAY_PUBLIC_KEY_ID: undefined })).toEqual(['WECHATPAY_PUBLIC_KEY'])
  expect(named({ WECHATPAY_PRIVATE_KEY: publicKey })).toEqual(['WECHATPAY_PRIVATE_KEY'])
  const short = problems({ WECHATPAY_APIV3_KEY: `${apiv3}5` })
  expect(short[0]).toContain('32')
})

test('where refunds need a second person there are two keys, and they are two (A-71)', () => {
  const limit = { MINITILL_APPROVE_REFUNDS_FROM: '50000' }
  const both = { ...limit, MINITILL_APPROVER_KEY: approverKey }
  expect(readSettings({ ...whole, ...both }).merchants[0]?.policy.approveRefundsFrom).toBe(50_000)
  expect(named(limit)).toEqual(['MINITILL_APPROVER_KEY'])
  expect(named(parties('limit.json', { b: { approve_refunds_from: 1 } }))).toEqual([
    'MINITILL_APPROVER_KEY',
  ])
  expect(problems({ ...limit, MINITILL_APPROVER_KEY: adminKey })[0]).toMatch(
    /is MINITILL_ADMIN_KEY/,
  )
  expect(named({ ...both, MINITILL_ADMIN_KEY: undefined })).toEqual(['MINITILL_ADMIN_KEY'])
  expect(named({ ...both, MINITILL_APPROVER_KEY: 'sk_short' })).toEqual(['MINITILL_APPROVER_KEY'])
  const marked = { MINITILL_APPROVER_KEY: `sk_development_${'b'.repeat(40)}` }
  expect(problems(marked)[0]).toMatch(/MINITILL_APPROVER_KEY: is a development key/)
  for (const wrong of ['0', '-1', '1.5', '500.00', '10000001', 'all']) {
    expect(named({ ...both, MINITILL_APPROVE_REFUNDS_FROM: wrong })).toEqual([
      'MINITILL_APPROVE_REFUNDS_FROM',
    ])
  }
})

test('no secret is printed: not by settings, not by a problem', () => {
  const settings = readSettings(whole)
  const printed = [
    JSON.stringify(settings),
    inspect(settings, { depth: 20, showHidden: true }),
    `${settings.adminKey}`,
    problems({ WECHATPAY_APIV3_KEY: `${apiv3}x`, MINITILL_ADMIN_KEY: 'sk_canary' }).join(),
  ].join()
  expect(printed).not.toMatch(/canary|BEGIN|BwcHBwcH/)
})

const app = (appid: string) => ({ appid, secret: 'canaryAppSecret0123456789abcdef0' })
const merchant = (appids: string[]) => ({
  mchid: '1900007291',
  appids,
  serial_no: whole['WECHATPAY_SERIAL_NO'],
  private_key: privateKey,
  apiv3_key: apiv3,
})
const alone = Object.fromEntries(
  Object.keys(whole).map((n) => [n, n.startsWith('WECHAT') ? '' : whole[n]]),
)
const withFile = (json: object, mode = 0o600) => ({
  ...alone,
  MINITILL_CONFIG: file('parties.json', JSON.stringify(json), mode),
})

test('several apps and merchants come from one file, with the same checks', () => {
  const apps = [app('wx8888888888888888'), app('wx9999999999999999')]
  const both = merchant(apps.map(({ appid }) => appid))
  const good = withFile({ apps, merchants: [both] })
  expect(readSettings({ ...whole, ...good }).apps).toHaveLength(2)
  expect(named({ ...good, WECHAT_APPID: 'wx8888888888888888' })).toEqual(['WECHAT_APPID'])
  expect(problems(withFile({ apps, merchants: [both], more: 1 }))).toHaveLength(1)
  expect(problems(withFile({ apps, merchants: [merchant(['wx8888888888888888'])] }))[0]).toContain(
    'wx9999999999999999',
  )
  expect(problems(withFile({ apps, merchants: [both] }, 0o644))[0]).toContain('chmod 600')
})

test('docs/settings.md is the list of names', async () => {
  await expect(settingsPage()).toMatchFileSnapshot('../docs/settings.md')
})

/** A MINITILL_CONFIG file of two apps and two merchants, with these changes. */
function parties(name: string, change: { apps?: object[]; a?: object; b?: object }): Environment {
  const merchant = (mchid: string, appid: string) => ({
    ...{ mchid, appids: [appid], serial_no: whole['WECHATPAY_SERIAL_NO'] },
    ...{ private_key: privateKey, apiv3_key: apiv3 },
    ...{ public_key_id: whole['WECHATPAY_PUBLIC_KEY_ID'], public_key: publicKey },
  })
  const apps = [
    { appid: 'wx8888888888888881', secret: 'a'.repeat(32) },
    { appid: 'wx8888888888888882', secret: 'b'.repeat(32) },
  ]
  const merchants = [
    { ...merchant('1900007291', 'wx8888888888888881'), ...change.a },
    { ...merchant('1900007292', 'wx8888888888888882'), ...change.b },
  ]
  const text = JSON.stringify({ apps: [...apps, ...(change.apps ?? [])], merchants })
  const single = Object.keys(whole).filter((one) => /^WECHAT/.test(one))
  const none = Object.fromEntries(single.map((one) => [one, undefined]))
  return { ...none, MINITILL_CONFIG: file(name, text, 0o600) }
}

test('a merchant of the file may have a policy of its own; the environment has the rest', () => {
  const own = { late_money: 'revive_or_refund', trade_prefix: 'AA', order_ttl_minutes: 5 }
  const a = { ...own, approve_refunds_from: 50_000 }
  const more = { MINITILL_TRADE_PREFIX: 'ZZ', MINITILL_APPROVER_KEY: approverKey }
  const env = { ...whole, ...parties('own.json', { a }), ...more }
  const { merchants, merchantPolicy } = readSettings(env)
  expect(merchants.map(({ policy }) => policy)).toEqual([
    {
      ...{ lateMoney: 'revive_or_refund', tradePrefix: 'AA', orderTtlMs: 300_000 },
      approveRefundsFrom: 50_000,
    },
    { lateMoney: 'park', tradePrefix: 'ZZ', orderTtlMs: 1_800_000, approveRefundsFrom: null },
  ])
  expect(merchantPolicy).toEqual(merchants[1]?.policy)
})

test('an app may be bound to several merchants, of which the first collects', () => {
  const b = { appids: ['wx8888888888888881', 'wx8888888888888882'] }
  expect(problems(parties('both.json', { b }))).toEqual([])
})

test('what is wrong in the file is told all at once, each by its place', () => {
  const money = { late_money: 'keep', approve_refunds_from: 0.5 }
  const a = { ...money, trade_prefix: 'too-long-prefix', order_ttl_minutes: 1 }
  const wrong = parties('wrong.json', { a, b: { appids: ['wx8888888888888889'] } })
  expect(problems(wrong).toSorted()).toEqual([
    'merchants[0].approve_refunds_from: give a whole number from 1 to 10000000',
    'merchants[0].late_money: give park or revive_or_refund',
    'merchants[0].order_ttl_minutes: give a whole number from 2 to 10080',
    'merchants[0].trade_prefix: must be 1 to 8 letters or digits',
    'merchants[1].appids: wx8888888888888889 is no app here',
    'wx8888888888888882: give a merchant that collects for this app',
  ])
})

test('a party that is there twice, an unknown field and settings beside the file are refused', () => {
  const twice = { b: { mchid: '1900007291' }, apps: [{ appid: 'wx8888888888888881', secret: 'x' }] }
  expect(problems(parties('twice.json', twice))).toEqual([
    'MINITILL_CONFIG apps: wx8888888888888881 is there twice',
    'MINITILL_CONFIG merchants: 1900007291 is there twice',
  ])
  expect(problems(parties('typo.json', { a: { late_mony: 'park' } }))[0]).toContain('late_mony')
  const beside = { ...parties('beside.json', {}), WECHATPAY_MCHID: '1900007291' }
  expect(problems(beside)[0]).toMatch(/^WECHATPAY_MCHID: is given beside MINITILL_CONFIG/)
})

test('a production file may not hold a party of the simulator, at any place of it', () => {
  const marked = parties('marked.json', { b: { apiv3_key: `MinitillSimulator${'x'.repeat(15)}` } })
  expect(named(marked)).toEqual(['WECHATPAY_APIV3_KEY'])
})
