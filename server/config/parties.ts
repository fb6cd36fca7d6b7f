import { openMerchant, type Merchant as PayMerchant } from '@minitill/protocol'
import { type Appid, ModelError, parseAppid } from '@minitill/protocol/model'
import type { MessageTemplates } from '../domain/person-message.ts'
import type { MerchantPolicy } from '../ports/index.ts'
import { type RawTemplates, readTemplates, templatesOfFile } from './message-templates.ts'
import { readPartyFile } from './party-file.ts'
import { type OwnPolicy, readPolicy } from './policy.ts'
import type { Reader } from './reader.ts'
import { Secret } from './secret.ts'

export interface AppSettings {
  readonly appid: Appid
  readonly secret: Secret<string>
  readonly messageToken: Secret<string> | null
  readonly messageAesKey: Secret<string> | null
  readonly messages: MessageTemplates
}

export interface MerchantSettings {
  readonly appids: readonly Appid[]
  /** Keys parsed, checked against each other; they do not print. */
  readonly pay: PayMerchant
  readonly policy: MerchantPolicy
}

/** An app and a merchant as texts, from the environment or from the MINITILL_CONFIG file. */
export interface RawApp {
  readonly label: string
  readonly appid: string
  readonly secret: string
  readonly message_token?: string | undefined
  readonly message_aes_key?: string | undefined
  readonly subscribe_messages?: RawTemplates | undefined
}

export interface RawMerchant extends OwnPolicy {
  readonly label: string
  readonly mchid: string
  readonly appids: readonly string[]
  readonly serial_no: string
  readonly private_key: string
  readonly apiv3_key: string
  readonly certificate?: string | undefined
  readonly public_key_id?: string | undefined
  readonly public_key?: string | undefined
}

/** Apps and merchants, with every problem noted in the reader; `policy` is what has no own one. */
export function readParties(
  reader: Reader,
  policy: MerchantPolicy,
): { apps: AppSettings[]; merchants: MerchantSettings[] } {
  const file = reader.text('MINITILL_CONFIG')
  const raw = file === null ? fromEnvironment(reader) : readPartyFile(reader, file)
  const apps = raw.apps.map((app) => readApp(reader, app)).filter((app) => app !== null)
  const known = apps.map((app) => app.appid)
  const merchants = raw.merchants
    .map((merchant) => readMerchant(reader, merchant, known, policy))
    .filter((merchant) => merchant !== null)
  const isWhole = merchants.length === raw.merchants.length
  for (const appid of known) {
    const isCollected = merchants.some((merchant) => merchant.appids.includes(appid))
    if (!isCollected && isWhole) reader.wrong(appid, 'give a merchant that collects for this app')
  }
  onlyOnce(reader, 'apps', known)
  onlyOnce(
    reader,
    'merchants',
    merchants.map(({ pay }) => pay.mchid),
  )
  return { apps, merchants }
}

/** Two entries of one party would leave it to chance whose keys count. */
function onlyOnce(reader: Reader, where: string, ids: readonly string[]): void {
  const doubled = ids.filter((id, index) => ids.indexOf(id) !== index)
  for (const id of new Set(doubled))
    reader.wrong(`MINITILL_CONFIG ${where}`, `${id} is there twice`)
}

function fromEnvironment(reader: Reader): { apps: RawApp[]; merchants: RawMerchant[] } {
  const appid = reader.needed('WECHAT_APPID', 'give the appid of the mini program')
  const app = {
    label: 'WECHAT',
    appid,
    secret: reader.material('WECHAT_APP_SECRET') ?? '',
    message_token: reader.text('WECHAT_MESSAGE_TOKEN') ?? undefined,
    message_aes_key: reader.text('WECHAT_MESSAGE_AES_KEY') ?? undefined,
    subscribe_messages: templatesOfFile(reader),
  }
  const merchant = {
    label: 'WECHATPAY',
    mchid: reader.needed('WECHATPAY_MCHID', 'give the merchant number'),
    appids: [appid],
    serial_no: reader.needed('WECHATPAY_SERIAL_NO', 'give the serial of the API certificate'),
    private_key: reader.material('WECHATPAY_PRIVATE_KEY') ?? '',
    apiv3_key: reader.material('WECHATPAY_APIV3_KEY') ?? '',
    public_key_id: reader.text('WECHATPAY_PUBLIC_KEY_ID') ?? undefined,
    public_key: reader.material('WECHATPAY_PUBLIC_KEY') ?? undefined,
  }
  return { apps: [app], merchants: [merchant] }
}

function readApp(reader: Reader, raw: RawApp): AppSettings | null {
  if (raw.secret === '') {
    reader.wrong(
      placeOf(raw.label, 'secret', 'APP_SECRET'),
      'is missing; give the AppSecret of the mini program',
    )
  }
  if (raw.message_aes_key !== undefined && !/^[A-Za-z0-9]{43}$/.test(raw.message_aes_key)) {
    reader.wrong(
      placeOf(raw.label, 'message_aes_key'),
      'must be 43 letters and digits (EncodingAESKey)',
    )
  }
  const appid = attempt(reader, placeOf(raw.label, 'appid'), () => parseAppid(raw.appid))
  if (appid === null) return null
  return {
    appid,
    secret: new Secret(raw.secret),
    messageToken: optional(raw.message_token),
    messageAesKey: optional(raw.message_aes_key),
    messages: readTemplates(
      reader,
      `${raw.label}.subscribe_messages`,
      raw.subscribe_messages ?? {},
    ),
  }
}

/** Where a value is: a variable's name, or its place in the MINITILL_CONFIG file. */
function placeOf(label: string, field: string, variable = field.toUpperCase()): string {
  return label.endsWith(']') ? `${label}.${field}` : `${label}_${variable}`
}

const optional = (value: string | undefined) => (value === undefined ? null : new Secret(value))

function readMerchant(
  reader: Reader,
  raw: RawMerchant,
  known: readonly Appid[],
  common: MerchantPolicy,
): MerchantSettings | null {
  const { label, appids, certificate, public_key_id, public_key, ...rest } = raw
  const { late_money, trade_prefix, order_ttl_minutes, approve_refunds_from, ...needed } = rest
  const own = { late_money, trade_prefix, order_ttl_minutes, approve_refunds_from }
  const policy = readPolicy(reader, label, own, common)
  const check = openMerchant({
    ...needed,
    ...(certificate === undefined ? {} : { certificate }),
    ...(public_key_id === undefined ? {} : { public_key_id }),
    ...(public_key === undefined ? {} : { public_key }),
  })
  if (!check.ok) {
    for (const problem of check.problems) {
      const [field = '', ...words] = problem.split(': ')
      reader.wrong(placeOf(label, field.toLowerCase().replaceAll(' ', '_')), words.join(': '))
    }
    return null
  }
  const bound = known.filter((appid) => appids.includes(appid))
  const strange = appids.filter((appid) => !known.some((one) => one === appid))
  if (strange.length > 0)
    reader.wrong(placeOf(label, 'appids'), `${strange.join(', ')} is no app here`)
  return { appids: bound, pay: check.merchant, policy }
}

function attempt<T>(reader: Reader, name: string, parse: () => T): T | null {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof ModelError)) throw error
    reader.wrong(name, error.rule)
    return null
  }
}
