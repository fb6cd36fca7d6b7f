import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningSimulator, startSimulator } from '../index.ts'
import { pathOfLink } from '../testing/bill.ts'
import { overHttp, TestMerchant } from '../testing/merchant.ts'

const DAY_MS = 24 * 60 * 60 * 1000

let folder: string
let simulator: RunningSimulator

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'minitill-bills-'))
  simulator = await startSimulator({ port: 0, dataDir: folder, seed: 'bills' })
})

afterAll(async () => {
  await simulator.stop()
  await rm(folder, { recursive: true, force: true })
})

function merchantOf(running: RunningSimulator): TestMerchant {
  return new TestMerchant(overHttp(running.url), running.credentials, () => running.world.nowMs())
}

it('a bill comes over HTTP byte for byte, and its link outlives a restart', async () => {
  const merchant = merchantOf(simulator)
  const date = new Date(simulator.world.nowMs() + DAY_MS / 3).toISOString().slice(0, 10)
  const prepay = await merchant.prepay('http-0001', await merchant.openid())
  await merchant.cashier(String(prepay.json['prepay_id']), 'pay')
  await merchant.control('POST', '/_sim/clock', { advance_ms: 2 * DAY_MS })
  const path = `/v3/bill/tradebill?bill_date=${date}&tar_type=GZIP`
  const asked = await merchant.call('GET', path)
  expect(asked.json['download_url']).toContain(`${simulator.url}/v3/billdownload/file?token=`)
  const file = await merchant.call('GET', pathOfLink(asked))
  const hash = createHash('sha1').update(gunzipSync(file.bytes)).digest('hex')
  expect([file.status, hash]).toEqual([200, asked.json['hash_value']])
  const kept = await merchant.call('GET', path)
  await simulator.stop()
  simulator = await startSimulator({ port: 0, dataDir: folder })
  const again = await merchantOf(simulator).call('GET', pathOfLink(kept))
  expect(again.bytes).toEqual(file.bytes)
})
