// What an operator or another store of ours gives: settings, catalogue, session records, targets.
import { readRecord } from '../../../server/adapters/sessions/record.ts'
import { openSender } from '../../../server/adapters/webhooks/index.ts'
import { settingNames } from '../../../server/config/names.ts'
import { readSettings, SettingsError } from '../../../server/config.ts'
import { parseCatalogue } from '../../../server/domain/catalogue.ts'
import { type Input, must, type Parser, textOf } from '../core/parser.ts'
import { damaged, letters, oddText } from '../core/texts.ts'
import { damagedJson, type Json } from '../core/values.ts'
import { damagedText } from './texts.ts'

const VALUES = [
  'development',
  'production',
  '4000',
  '0',
  '127.0.0.1',
  'http://127.0.0.1:4001',
  'https://shop.example',
  'sk_0123456789abcdef0123456789abcdef',
  'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  'redis://localhost',
  'wx0000aaaaaaaaaaaa',
  '1999900001',
  '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB',
  '0123456789abcdef0123456789ABCDEF',
  '10.0.0.1/8,::1',
  'revive_or_refund',
  'MT',
]

/** Nothing of the machine's own files is read by a fuzzer. */
const harmless = (name: string, value: string): boolean =>
  name !== 'MINITILL_CONFIG' && !value.trim().startsWith('file:')

export const settings: Parser = {
  name: 'settings',
  good: [{ MINITILL_ENV: 'development', MINITILL_PORT: '4000' }],
  make: (chance) =>
    Object.fromEntries(
      Object.keys(settingNames)
        .filter(() => chance.oneIn(2))
        .map((name) => [
          chance.oneIn(40) ? damaged(chance, name) : name,
          chance.oneIn(3) ? damaged(chance, chance.pick(VALUES)) : chance.pick(VALUES),
        ]),
    ),
  feed: (input) => {
    const fields = typeof input === 'object' && input !== null ? Object.entries(input) : []
    const env = fields
      .map(([name, value]): [string, string] => [name, textOf(value)])
      .filter(([name, value]) => harmless(name, value))
    try {
      readSettings(Object.fromEntries(env))
      return 'accepted'
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error
      must(error.problems.length > 0, 'a refusal says why')
      must(
        error.problems.every((problem) => /.(: | is not a setting; )\S/s.test(problem)),
        'each problem begins with the name of a setting',
      )
      return 'refused'
    }
  },
}

const PRODUCT: Json = {
  id: 'cup',
  name: '杯子',
  description: '',
  price: 300,
  currency: 'CNY',
  stock: 5,
  image_url: 'https://shop.example/cup.png',
  active: true,
}

export const catalogue: Parser = {
  name: 'catalogue',
  good: [[PRODUCT], []],
  make: (chance) =>
    Array.from({ length: chance.between(1, 4) }, () => damagedJson(chance, PRODUCT)),
  feed: (input) => {
    const check = parseCatalogue(input)
    if (!check.ok) {
      must(check.problems.length > 0 && check.problems.length <= 50, 'it says why, in bounds')
      return 'refused'
    }
    const ids = check.products.map(({ id }) => id)
    must(new Set(ids).size === ids.length, 'every id once')
    for (const { priceFen, name } of check.products) {
      must(Number.isSafeInteger(priceFen) && priceFen >= 1, 'a price is whole fen of 1 or more')
      must(!/[\p{Cc}\p{Cs}]/u.test(name), 'a name that a bill can show')
    }
    return 'accepted'
  },
}

const RECORD: Json = {
  tokenHash: '0'.repeat(64),
  accountId: 'acc_1',
  appid: 'wx0000aaaaaaaaaaaa',
  scope: 'person',
  generation: 1,
  createdAtMs: 1_790_000_000_000,
  lastSeenAtMs: 1_790_000_000_000,
  expiresAtMs: 1_790_000_100_000,
}

export const sessionRecord: Parser = {
  name: 'session-record',
  good: [RECORD],
  make: (chance) => damagedJson(chance, RECORD),
  feed: (input) => {
    const seen = typeof input === 'object' && input !== null ? Object.values(input)[0] : input
    const record = readRecord(input, seen)
    if (record === null) return 'refused'
    must(/^[0-9a-f]{64}$/.test(record.tokenHash), 'a hash and no token')
    must(record.scope === 'person' || record.scope === 'operator', 'one of two scopes')
    return 'accepted'
  },
}

/** Made once: it opens no connection until it is told to post. */
const { targetProblem } = openSender('production')

const HOSTS = [
  '127.0.0.1',
  '10.0.0.1',
  '[::1]',
  '[::ffff:7f00:1]',
  'shop.example',
  '8.8.8.8',
  '0x7f.1',
]

export const webhookTarget: Parser = {
  name: 'webhook-target',
  good: ['https://shop.example/hooks', 'https://127.0.0.1/', 'https://0x7f.1/'],
  damage: damagedText,
  make: (chance) => {
    const user = chance.oneIn(8) ? `${oddText(chance)}@` : ''
    const host = chance.oneIn(4) ? letters(chance, chance.between(1, 20)) : chance.pick(HOSTS)
    return `${chance.pick(['https:', 'http:', 'HTTPS:'])}//${user}${host}/${letters(chance, 4)}`
  },
  feed: (input: Input) => {
    const text = textOf(input)
    const problem = targetProblem(text)
    if (problem !== null) return problem
    const { protocol, hostname, username } = new URL(text)
    must(protocol === 'https:' && username === '', 'https without a user')
    must(!/^(127|10|0|192\.168|169\.254)(\.\d+){2,3}$/.test(hostname), 'no address at home')
    const mapped = /^\[::ffff:([0-9a-f]{1,4}):/.exec(hostname)?.[1]
    const first = Number.parseInt(mapped ?? '0800', 16) >> 8
    must(![0, 10, 127].includes(first), 'nor as IPv4 in version 6')
    const isGlobal = mapped !== undefined || /^\[[23]/.test(hostname)
    must(!hostname.startsWith('[') || isGlobal, 'nor in version 6')
    must(!/(^|\.)localhost\.?$/.test(hostname), 'nor by its name')
    return 'accepted'
  },
}
