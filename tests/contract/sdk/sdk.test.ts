import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningSimulator, startSimulator } from '../../../simulator/index.ts'
import { OPERATIONS, type Outcome } from './operations.ts'
import { tableOf } from './table.ts'

const run = promisify(execFile)
const LIMIT_MS = 60_000

/** How each SDK, unmodified, finds the simulator. */
const SDKS: Readonly<Record<string, 'the HTTPS proxy' | 'the hosts file'>> = {
  // It takes an agent of its own for each request, which looks at no environment.
  'wechatpay-node-v3': 'the hosts file',
  'wechatpay-axios-plugin': 'the HTTPS proxy',
  'node-easywechat': 'the HTTPS proxy',
}

let folder: string
let table: Record<string, Record<string, Outcome>>

/** Nothing of our own environment may show an SDK the way. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const foreign = /proxy|^NODE_|^SDK_/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}

/** Runs a program of its own against a WeChat of its own. */
async function performed(sdk: string): Promise<Record<string, Outcome>> {
  const dataDir = join(folder, sdk)
  const simulator: RunningSimulator = await startSimulator({
    port: 0,
    dataDir,
    seed: sdk,
    proxy: { port: 0, httpsPort: 0 },
  })
  try {
    const { url, credentials, proxy } = simulator
    if (proxy?.caFile == null) throw new Error('the simulator has no proxy')
    const files = { certificate: credentials.certificate, private_key: credentials.private_key }
    const given: Record<string, string> = { url, ...credentials }
    for (const [name, text] of Object.entries(files)) {
      given[`${name}_file`] = join(folder, `${sdk}.${name}.pem`)
      writeFileSync(given[`${name}_file`] ?? '', text, { mode: 0o600 })
    }
    const env = {
      ...cleanEnvironment(),
      HTTPS_PROXY: proxy.url,
      SDK_HTTPS_PORT: String(proxy.httpsPort),
      NODE_EXTRA_CA_CERTS: proxy.caFile,
      SDK_GIVEN: JSON.stringify(given),
    }
    const programs = join(import.meta.dirname, 'programs')
    const hosts = SDKS[sdk] === 'the hosts file' ? ['--import', join(programs, 'hosts.mjs')] : []
    const args = [...hosts, join(programs, `${sdk}.ts`)]
    // node-easywechat keeps platform certificates in a file of the working folder.
    const { stdout } = await run(process.execPath, args, { env, cwd: folder, timeout: LIMIT_MS })
    return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
  } finally {
    await simulator.stop()
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'minitill-sdk-'))
  table = {}
  for (const sdk of Object.keys(SDKS)) table[sdk] = await performed(sdk)
}, 4 * LIMIT_MS)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DEFECT = expect.stringMatching(/^SDK defect: /)
const ABSENT = 'not offered'

/** What is known of each SDK; whatever is not named here works. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'wechatpay-node-v3': {
    login: ABSENT,
    answers: DEFECT,
    damaged: expect.stringContaining('without looking at its tag'),
    bodyless: expect.stringContaining('empty body'),
  },
  'wechatpay-axios-plugin': {
    login: ABSENT,
    bill_download: expect.stringContaining('takes a whole link for'),
  },
  'node-easywechat': {
    prepay: expect.stringContaining('postJson'),
    answers: DEFECT,
    bill_download: expect.stringContaining('without its query'),
  },
}

describe.each(Object.entries(SDKS))('%s, unmodified, by %s', (sdk) => {
  it.each(Object.entries(OPERATIONS))('%s: %s', (operation) => {
    expect(table[sdk]?.[operation]).toEqual(KNOWN[sdk]?.[operation] ?? 'works')
  })
})

it('the table in README.md is what this run has seen', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8')
  expect(readme).toContain(tableOf(table))
})
