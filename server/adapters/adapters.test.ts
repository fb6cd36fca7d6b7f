import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { pointNames } from '../flows/phases.ts'
import { openLog } from '../observe/log.ts'
import { openMetrics } from '../observe/metrics.ts'
import { Sleepers } from './clock/sleepers.ts'
import { armedPoints, noPoints } from './points/index.ts'
import { base32, systemRandom } from './random/index.ts'
import { aesSeal, SealError } from './seal/index.ts'

const [oldKey, newKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]

test('a sealed value opens only as what it is, for whom it is, and unaltered', () => {
  const seal = aesSeal([oldKey])
  const sealed = seal.seal('phone', 'acc_1', '13800000000')
  expect(seal.open('phone', 'acc_1', sealed)).toBe('13800000000')
  expect(() => seal.open('phone', 'acc_2', sealed)).toThrow(SealError)
  expect(() => seal.open('session_key', 'acc_1', sealed)).toThrow(SealError)
  for (let index = 0; index < sealed.length; index += 1) {
    const altered = Buffer.from(sealed)
    altered[index] = (altered[index] ?? 0) ^ 1
    expect(() => seal.open('phone', 'acc_1', altered)).toThrow(SealError)
  }
  for (let length = 0; length < sealed.length; length += 1) {
    expect(() => seal.open('phone', 'acc_1', sealed.subarray(0, length))).toThrow(SealError)
  }
})

test('in rotation the new key seals and both open; without the old one its values stay shut', () => {
  const before = aesSeal([oldKey]).seal('phone', 'a', 'x')
  const both = aesSeal([newKey, oldKey])
  expect(both.open('phone', 'a', before)).toBe('x')
  expect(aesSeal([newKey]).open('phone', 'a', both.seal('phone', 'a', 'y'))).toBe('y')
  expect(() => aesSeal([newKey]).open('phone', 'a', before)).toThrow(/MINITILL_SEAL_KEY/)
  expect(both.seal('phone', 'a', 'x')).not.toEqual(both.seal('phone', 'a', 'x'))
})

test('ids carry their kind and 128 bits; no two are alike and neighbours say nothing', () => {
  const random = systemRandom()
  const ids = Array.from({ length: 2_000 }, () => random.id('order'))
  expect(new Set(ids).size).toBe(2_000)
  for (const id of ids) expect(id).toMatch(/^ord_[0-9a-hjkmnp-tv-z]{26}$/)
  expect(base32(Buffer.alloc(16, 0xff))).toBe(`7${'z'.repeat(25)}`)
  expect(base32(Buffer.alloc(16))).toBe('0'.repeat(26))
  expect(random.bytes(32)).toHaveLength(32)
})

test('a sleeper wakes when the clock jumps over its instant, the others sleep on', async () => {
  let now = 0
  const woken: string[] = []
  const sleepers = new Sleepers(() => now)
  const first = sleepers.sleep(60_000).then(() => woken.push('minute'))
  const second = sleepers.sleep(3_600_000).then(() => woken.push('hour'))
  now = 60_000
  sleepers.look()
  await first
  expect(woken).toEqual(['minute'])
  sleepers.wakeAll()
  await second
  expect(woken).toEqual(['minute', 'hour'])
})

test('only the armed crash point ends the process; a name that is none is refused', async () => {
  let killed = 0
  const points = armedPoints('log-in/account/after-commit', pointNames(), () => {
    killed += 1
  })
  await noPoints.reach('log-in/account/after-commit')
  await points.reach('log-in/account/before-commit')
  expect(killed).toBe(0)
  await points.reach('log-in/account/after-commit')
  expect(killed).toBe(1)
  expect(() => armedPoints('nowhere', pointNames(), () => {})).toThrow(RangeError)
})

function collected(write: (log: ReturnType<typeof openLog>) => void): string {
  let text = ''
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk)
      done()
    },
  })
  write(openLog('info', destination))
  return text
}

test('no secret reaches a log line, by its name or by its shape (A-5)', () => {
  const text = collected((log) =>
    log.info(
      {
        session_key: 'canary1',
        access_token: 'canary2',
        openid: 'canary3',
        authorization: 'canary4',
        why: 'GET https://api.weixin.qq.com/sns?secret=canary5&js_code=canary6',
        note: '-----BEGIN PRIVATE KEY-----canary7',
        header: 'Bearer canary8',
        given: `sk_${'canary9'.repeat(5)}`,
        route: '/v1/orders/:id',
      },
      'request',
    ),
  )
  expect(text).not.toContain('canary')
  expect(JSON.parse(text)).toMatchObject({ route: '/v1/orders/:id', message: 'request' })
})

test('line ends and escapes of a value stay inside one JSON line (A-81)', () => {
  const text = collected((log) => log.warn({ why: 'a\r\n{"level":"x"}\u001b[31m' }, 'm\nn'))
  expect(text.trimEnd().split('\n')).toHaveLength(1)
  expect(text).not.toContain('\u001b')
})

test('two instances in one process keep their numbers apart', async () => {
  const [one, two] = [openMetrics(), openMetrics()]
  one.meter.count('login_total')
  one.http.request({ route: '/v1/x', method: 'GET', status: 200, ms: 3 })
  expect((await one.http.page()).text).toMatch(/minitill_login_total 1/)
  expect((await two.http.page()).text).not.toMatch(/minitill_login_total 1/)
  one.close()
  two.close()
})
