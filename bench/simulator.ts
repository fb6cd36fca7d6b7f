// Payments a second against the simulator, beside a bare node:http; and how long it takes to start.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWechat } from '../simulator/suite/index.ts'
import { keep } from './results.ts'
import { Shop } from './simulator/shop.ts'
import { root, type Subject, subject } from './simulator/subject.ts'

const AT_ONCE = 32
const WARM_UP = 300
const PAYMENTS = 1500
const ROUNDS = 3

type Kind = 'memory' | 'durable' | 'bare'
const KINDS: readonly Kind[] = ['memory', 'durable', 'bare']

/** Payments a second: prepay, the cashier, and the merchant's query, each a signed request. */
async function rate(kind: Kind, round: number): Promise<number> {
  const one: Subject = await subject(kind)
  const shop = await Shop.open(one.url, one.credentials)
  try {
    await shop.pays(WARM_UP, AT_ONCE, `W${round}`)
    const began = performance.now()
    await shop.pays(PAYMENTS, AT_ONCE, `P${round}`)
    const seconds = (performance.now() - began) / 1000
    return Math.round(PAYMENTS / seconds)
  } finally {
    await shop.close()
    await one.stop()
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** Milliseconds from the command to the line that says that it listens. */
function launchMs(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'minitill-bench-'))
  const began = performance.now()
  const child = spawn(process.execPath, [join(root, 'tools/minitill.mjs'), 'simulator'], {
    env: {
      ...process.env,
      MINITILL_DATA_DIR: folder,
      MINITILL_SIMULATOR_PORT: '0',
      MINITILL_PROXY_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((done) => {
    let ready = 0
    child.stdout.on('data', (text: Buffer) => {
      if (ready > 0 || !text.toString().includes('listening')) return
      ready = performance.now() - began
      child.kill('SIGTERM')
    })
    child.once('exit', () => {
      rmSync(folder, { recursive: true, force: true })
      done(Math.round(ready))
    })
  })
}

/** Milliseconds for one more WeChat in this process, its code and its seed known already or not. */
async function createMs(seed: string): Promise<number> {
  const began = performance.now()
  const wechat = await createWechat({ seed })
  const ms = performance.now() - began
  await wechat.close()
  return Math.round(ms)
}

async function rates(): Promise<Record<Kind, number>> {
  const seen: Record<Kind, number[]> = { memory: [], durable: [], bare: [] }
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const kind of KINDS) seen[kind].push(await rate(kind, round))
  }
  return {
    memory: median(seen.memory),
    durable: median(seen.durable),
    bare: median(seen.bare),
  }
}

const first = await createMs('bench')
const again = await createMs('bench')
const launches = [await launchMs(), await launchMs(), await launchMs()]
const perSecond = await rates()
const share = (part: number, whole: number) => Math.round((100 * part) / whole) / 100

keep('simulator', {
  start_ms: {
    'minitill simulator, launch to ready, new folder': median(launches),
    'createWechat, first of a seed': first,
    'createWechat, again': again,
  },
  payments_per_second: perSecond,
  ratios: {
    'durable / memory': share(perSecond.durable, perSecond.memory),
    'memory / bare node:http': share(perSecond.memory, perSecond.bare),
  },
  how: `${PAYMENTS} payments, ${AT_ONCE} at once, median of ${ROUNDS} rounds that take turns; a payment is prepay, cashier and query, with RSA-2048 on both sides; the caller runs on the same machine`,
})
