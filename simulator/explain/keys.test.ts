// Right text, wrong key or wrong form of the signature: each made as a caller would make it.
import {
  constants,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Diagnosis } from '../api/wire.ts'
import type { Merchant } from '../state.ts'
import { type Box, openBox } from '../testing/box.ts'
import {
  authorization,
  diagnosisOf,
  getBy,
  linesOf,
  rawRsa,
  sentBy,
  signed,
} from '../testing/caller.ts'
import { WORDS } from './words.ts'

const SERIALS = {
  old: `1${'A'.repeat(39)}`,
  other: `2${'B'.repeat(39)}`,
  foreign: `3${'C'.repeat(39)}`,
}
const FOREIGN = '1999900002'

function pair() {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

const pairs = { old: pair(), other: pair(), foreign: pair(), stranger: pair() }
let box: Box
let mine: string

function certificate(name: keyof typeof SERIALS, condition: 'valid' | 'replaced') {
  const more = { certificate: null, expiresAtMs: null, condition }
  return { serialNo: SERIALS[name], publicKey: pairs[name].publicKey, ...more }
}

function merchant(): Merchant {
  return box.wechat.world.must('merchants', box.seed.credentials.mchid)
}

beforeAll(async () => {
  box = await openBox()
  mine = box.seed.credentials.private_key
  const own = merchant()
  const added = [certificate('old', 'replaced'), certificate('other', 'valid')]
  const { world } = box.wechat
  world.put('merchants', own.mchid, { ...own, certificates: [...own.certificates, ...added] })
  const certificates = [certificate('foreign', 'valid')]
  world.put('merchants', FOREIGN, { ...own, mchid: FOREIGN, certificates, seeded: false })
})

const text = () => linesOf(sentBy(box))
const withMine = (hash: string) =>
  sign(hash, Buffer.from(text()), createPrivateKey(mine)).toString('base64')
const digest = () => createHash('sha256').update(text()).digest()
const right = () => signed(text(), mine)
/** A right signature whose base64 has the letters that the mistake is about. */
function rightWith(letters: RegExp): string {
  return letters.test(right()) ? right() : expect.fail(`no ${letters} in this signature`)
}

const KEYS: readonly (readonly [string, () => string])[] = [
  ['another_certificate', () => signed(text(), pairs.other.privateKey)],
  ['key_of_old_certificate', () => signed(text(), pairs.old.privateKey)],
  ['key_of_another_merchant', () => signed(text(), pairs.foreign.privateKey)],
  ['platform_key', () => signed(text(), merchant().publicKey.privateKey)],
  ['platform_key', () => signed(text(), merchant().platformCertificates[0]?.privateKey ?? '')],
  ['signature_mismatch', () => signed(text(), pairs.stranger.privateKey)],
]

const FORMS: readonly (readonly [string, () => string])[] = [
  ['double_base64', () => Buffer.from(right()).toString('base64')],
  ['base64_url', () => rightWith(/[+/]/).replaceAll('+', '-').replaceAll('/', '_')],
  ['base64_url', () => Buffer.from(right(), 'base64').toString('base64url')],
  ['base64_unpadded', () => right().replaceAll('=', '')],
  ['base64_percent_encoded', () => encodeURIComponent(right())],
  ['base64_line_breaks', () => (right().match(/.{1,76}/g) ?? []).join('\\r\\n')],
  ['base64_line_breaks', () => (right().match(/.{1,64}/g) ?? []).join('\n')],
  ['base64_plus_lost', () => rightWith(/\+/).replaceAll('+', ' ')],
  ['signature_hex', () => Buffer.from(right(), 'base64').toString('hex')],
  ['hash_sha1', () => withMine('sha1')],
  ['hash_md5', () => withMine('md5')],
  ['hash_other', () => withMine('sha512')],
  [
    'padding_pss',
    () => {
      const key = { key: mine, padding: constants.RSA_PKCS1_PSS_PADDING }
      return sign('sha256', Buffer.from(text()), key).toString('base64')
    },
  ],
  ['digest_info_missing', () => rawRsa(digest(), mine)],
  ['digest_info_missing', () => rawRsa(Buffer.from(digest().toString('hex')), mine)],
  ['digest_only', () => digest().toString('hex')],
  ['digest_only', () => digest().toString('base64')],
  [
    'hmac_apiv3_key',
    () => createHmac('sha256', box.seed.credentials.apiv3_key).update(text()).digest('base64'),
  ],
  [
    'hmac_apiv3_key',
    () => createHmac('sha256', box.seed.credentials.apiv3_key).update(text()).digest('hex'),
  ],
  [
    'md5_apiv3_key',
    () => createHash('md5').update(`${text()}&key=${box.seed.credentials.apiv3_key}`).digest('hex'),
  ],
  ['symmetric_form', () => createHmac('md5', 'an APIv2 key').update(text()).digest('hex')],
]

function noSecret(why: Diagnosis | null): void {
  const shown = JSON.stringify(why)
  expect(shown).not.toContain(box.seed.credentials.apiv3_key)
  expect(shown).not.toContain('PRIVATE KEY')
}

describe('a wrong key, or a wrong form of the signature', () => {
  it.each([...KEYS, ...FORMS])('%s is found', async (code, make) => {
    const why = await diagnosisOf(box, sentBy(box), make())
    expect(why?.code).toBe(code)
    noSecret(why)
  })

  it('raw_rsa is found: a short text encrypted with the private key', async () => {
    const sent = getBy(box, { url: '/v3/certificates' })
    const signature = rawRsa(Buffer.from(linesOf(sent)), mine)
    expect((await diagnosisOf(box, sent, signature))?.code).toBe('raw_rsa')
  })

  it('a wrong key and a wrong text are both told', async () => {
    const cut = signed(text().slice(0, -1), pairs.foreign.privateKey)
    const why = await diagnosisOf(box, sentBy(box), cut)
    const codes = why?.hints?.map(({ code }) => code)
    expect(codes).toEqual(['missing_last_newline', 'key_of_another_merchant'])
  })

  it('mchid_of_another_merchant is proven by the signature, else it is the serial', async () => {
    const sent = sentBy(box, { mchid: FOREIGN })
    const why = await diagnosisOf(box, sent, right())
    expect([why?.code, why?.expected]).toEqual(['mchid_of_another_merchant', merchant().mchid])
    const unproven = await diagnosisOf(box, sent, signed(text(), pairs.stranger.privateKey))
    expect(unproven?.code).toBe('serial_of_another_merchant')
  })
})

describe('serial_no', () => {
  const own = () => box.seed.credentials.serial_no
  it.each<[string, () => string]>([
    ['platform_serial', () => merchant().platformCertificates[0]?.serialNo ?? ''],
    ['public_key_serial', () => merchant().publicKey.id],
    ['serial_of_another_merchant', () => SERIALS.foreign],
    ['serial_colons', () => (own().match(/../g) ?? []).join(':')],
    ['serial_0x', () => `0x${own()}`],
    ['serial_zeros', () => `00${own()}`],
    ['serial_decimal', () => BigInt(`0x${own()}`).toString()],
    ['merchant_serial', () => '7'.repeat(40)],
  ])('%s is found', async (code, serialNo) => {
    const why = await diagnosisOf(box, sentBy(box, { serialNo: serialNo() }), right())
    expect(why?.code).toBe(code)
  })

  it('in lower case is accepted, and then nothing is diagnosed', async () => {
    const sent = sentBy(box, { serialNo: own().toLowerCase() })
    expect(await diagnosisOf(box, sent, right())).toBeNull()
  })
})

describe('the Authorization header', () => {
  const value = () => authorization(sentBy(box), right())
  it.each<[string, (value: string) => string]>([
    ['authorization_missing', () => ''],
    ['scheme_missing', (v) => v.slice(v.indexOf('mchid'))],
    ['scheme_bearer', (v) => `Bearer ${v.slice(v.indexOf('mchid'))}`],
    ['scheme_misspelt', (v) => v.replace('SHA256-RSA2048', 'RSA2048-SHA256')],
    ['scheme_misspelt', (v) => v.toLowerCase()],
    ['scheme_misspelt', (v) => v.replace('WECHATPAY2', 'WECHATPAY')],
    ['scheme_spaces', (v) => v.replace(' ', '  ')],
    ['fields_json', (v) => `${v.slice(0, v.indexOf('mchid'))}{"mchid":"1"}`],
    ['fields_single_quoted', (v) => v.replaceAll('"', "'")],
    ['fields_unquoted', (v) => v.replaceAll('"', '')],
    ['fields_spaced', (v) => v.replaceAll('="', ' = "')],
    ['fields_separator', (v) => v.replaceAll('",', '";')],
    ['field_missing', (v) => v.replace(/nonce_str="[^"]*",/, '')],
    ['field_missing', (v) => v.replace('serial_no', 'serial')],
    ['field_repeated', (v) => `${v},mchid="1"`],
    ['field_empty', (v) => v.replace(/serial_no="[^"]*"/, 'serial_no=""')],
  ])('%s is found', async (code, change) => {
    expect((await diagnosisOf(box, sentBy(box), '', change(value())))?.code).toBe(code)
  })

  it.each<[string, (nowS: number) => string]>([
    ['timestamp_milliseconds', (nowS) => `${nowS}000`],
    ['timestamp_hours_off', (nowS) => String(nowS + 8 * 3600)],
    ['timestamp_hours_off', (nowS) => String(nowS - 8 * 3600 + 60)],
    ['timestamp_off', (nowS) => String(nowS - 1000)],
    ['timestamp_no_number', () => '2026-11-23T03:00:00Z'],
  ])('%s is found', async (code, timestamp) => {
    const nowS = Math.floor(box.wechat.world.nowMs() / 1000)
    const sent = sentBy(box, { timestamp: timestamp(nowS) })
    const why = await diagnosisOf(box, sent, signed(linesOf(sent), mine))
    expect(why?.code).toBe(code)
    if (timestamp(nowS) === String(nowS + 8 * 3600)) expect(why?.zh).toContain('+8 h')
  })
})

describe('what is never said', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 60 })
  const path = fc.webPath().map((part) => `/v3/certificates${part}`)

  it('a correct message is never diagnosed as wrong', async () => {
    await fc.assert(
      fc.asyncProperty(line, path, fc.boolean(), async (body, url, isGet) => {
        const sent = isGet ? getBy(box, { url }) : sentBy(box, { body })
        expect(await diagnosisOf(box, sent, signed(linesOf(sent), mine))).toBeNull()
      }),
      { numRuns: 60 },
    )
  })

  it('a text is only shown as received when the signature verifies over it', async () => {
    const key = createPublicKey(box.seed.credentials.private_key)
    await fc.assert(
      fc.asyncProperty(line, line, async (body, other) => {
        const sent = sentBy(box, { body })
        const signature = signed(linesOf({ ...sent, body: other }), mine)
        const why = await diagnosisOf(box, sent, signature)
        const bytes = Buffer.from(signature, 'base64')
        const received = Buffer.from(why?.received ?? linesOf(sent))
        expect(why === null).toBe(body === other)
        expect(verify('sha256', received, key, bytes)).toBe(why?.code !== 'text_unknown')
      }),
      { numRuns: 60 },
    )
  })
})

it('every sentence exists in English and Chinese', () => {
  for (const [en, zh] of Object.values(WORDS)) {
    expect(en).toMatch(/^[^一-龥]{10,}$/)
    expect(zh).toMatch(/[一-龥]{2}/)
  }
})
