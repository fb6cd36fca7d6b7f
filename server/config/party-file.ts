import { resolve } from 'node:path'
import { z } from 'zod'
import { templatesShape } from './message-templates.ts'
import type { RawApp, RawMerchant } from './parties.ts'
import type { Reader } from './reader.ts'

const shape = z.strictObject({
  apps: z
    .array(
      z.strictObject({
        appid: z.string(),
        secret: z.string(),
        message_token: z.string().optional(),
        message_aes_key: z.string().optional(),
        subscribe_messages: templatesShape.optional(),
      }),
    )
    .min(1)
    .max(100),
  merchants: z
    .array(
      z.strictObject({
        mchid: z.string(),
        appids: z.array(z.string()).min(1).max(100),
        serial_no: z.string(),
        private_key: z.string(),
        apiv3_key: z.string(),
        certificate: z.string().optional(),
        public_key_id: z.string().optional(),
        public_key: z.string().optional(),
        late_money: z.string().optional(),
        trade_prefix: z.string().optional(),
        order_ttl_minutes: z.number().optional(),
        approve_refunds_from: z.number().optional(),
      }),
    )
    .min(1)
    .max(100),
})

const single = /^(WECHAT_(APPID|APP_SECRET|MESSAGE_)|WECHATPAY_)/

/** MINITILL_CONFIG: several apps and merchants in one JSON file; values may be `file:` paths. */
export function readPartyFile(
  reader: Reader,
  file: string,
): { apps: RawApp[]; merchants: RawMerchant[] } {
  for (const name of reader.given(single)) {
    reader.wrong(name, 'is given beside MINITILL_CONFIG; put it into the file and leave it out')
  }
  const read = shape.safeParse(parsedFile(reader, resolve(file)))
  if (!read.success) {
    for (const { path, message } of read.error.issues) {
      reader.wrong(`MINITILL_CONFIG ${path.join('.')}`, message)
    }
    return { apps: [], merchants: [] }
  }
  const value = (label: string, text: string) => reader.contents(label, text)
  const apps = read.data.apps.map((app, index) => {
    const label = `apps[${index}]`
    return { ...app, label, secret: value(`${label}.secret`, app.secret) }
  })
  const merchants = read.data.merchants.map((merchant, index) => {
    const label = `merchants[${index}]`
    const { private_key, apiv3_key, certificate, public_key } = merchant
    return {
      ...merchant,
      label,
      private_key: value(`${label}.private_key`, private_key),
      apiv3_key: value(`${label}.apiv3_key`, apiv3_key),
      ...(certificate === undefined
        ? {}
        : { certificate: value(`${label}.certificate`, certificate) }),
      ...(public_key === undefined ? {} : { public_key: value(`${label}.public_key`, public_key) }),
    }
  })
  return { apps, merchants }
}

/** Read as every secret file is: it may hold keys itself, so not everybody may read it. */
function parsedFile(reader: Reader, path: string): unknown {
  const text = reader.contents('MINITILL_CONFIG', `file:${path}`)
  try {
    return JSON.parse(text)
  } catch {
    if (text !== '') reader.wrong('MINITILL_CONFIG', `${path} is not JSON`)
    return null
  }
}
