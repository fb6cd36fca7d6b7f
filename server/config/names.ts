/**
 * Every setting that there is, with the sentence that docs/settings.md shows (a test compares them).
 * A variable with one of our prefixes that is not in this list is an error: it is misspelt.
 */
export const settingNames = {
  MINITILL_ENV: '`production` or `development`. `serve` defaults to production.',
  MINITILL_SIMULATOR_URL: 'Development only: where the simulated WeChat is; its clock is followed.',
  MINITILL_DATA_DIR: 'Where the embedded database and development keys live. Default `./data`.',
  MINITILL_HOST: 'Address to listen on. Default `127.0.0.1`.',
  MINITILL_PORT: "The server's port. Default 4000.",
  MINITILL_SIMULATOR_PORT: "The simulator's port. Default 4001.",
  MINITILL_PROXY_PORT:
    "The simulator's HTTPS proxy for SDKs that have WeChat's hosts hard-coded. Default 4002.",
  MINITILL_HTTPS_PORT:
    "Where the simulator answers HTTPS for WeChat's hosts directly, for an edited hosts file. Absent: nowhere.",
  MINITILL_ALLOWED_TARGETS:
    'Hosts beside this machine that the simulator may send notifications to: names or addresses, separated by commas.',
  PUBLIC_URL: 'How WeChat and phones reach this server. Production: https, without query.',
  DATABASE_URL: 'PostgreSQL 15 or later. Absent: the embedded PostgreSQL.',
  SESSION_STORE:
    '`database` (default), `redis://…`, `memcached://host:port`, or `file:<folder>` on one machine.',
  MINITILL_ADMIN_KEY:
    'Opens `/admin` and the console: `sk_` and at least 32 characters. Absent: nobody gets in.',
  MINITILL_APPROVER_KEY:
    'The key of a second operator, who may do the same; of the same shape, and another one. Needed with `MINITILL_APPROVE_REFUNDS_FROM`. Absent: there is one operator.',
  MINITILL_SEAL_KEY:
    'Seals session_key, phone numbers and access tokens at rest: 32 bytes in base64. During rotation two, separated by a comma, the new one first. Required in production.',
  MINITILL_CATALOGUE: 'A JSON file of products, imported at start, idempotent by id.',
  MINITILL_TRADE_PREFIX:
    'Every out_trade_no of ours begins with it; other numbers on the same mchid are foreign. 1 to 8 letters or digits. Default `MT`.',
  MINITILL_ORDER_TTL_MINUTES: 'How long an order may be paid: 2 to 10080. Default 30.',
  MINITILL_LATE_MONEY:
    '`park` (default): money for a closed order waits for a person. `revive_or_refund`: it revives the order if stock allows, else it goes back to the payer, as does the second payment of an order.',
  MINITILL_APPROVE_REFUNDS_FROM:
    'In fen, 1 to 10000000: from this amount on a refund waits until another operator than the one who asked for it approves it. What went back of the same payment before counts too. Absent: one operator is enough.',
  MINITILL_TRUST_PROXY:
    'Whose `X-Forwarded-For` is believed: a number of proxies, or their addresses, separated by commas.',
  MINITILL_SUBSCRIBE_MESSAGES:
    'A JSON file with the subscribe messages of the mini program: `paid`, `shipped`, `refunded`, each with its template.',
  MINITILL_CONFIG:
    'A JSON file with `apps` and `merchants`, instead of the variables below, for several of them.',
  WECHAT_APPID: 'The mini program.',
  WECHAT_APP_SECRET: 'Its AppSecret.',
  WECHAT_MESSAGE_TOKEN: 'Token of its message push, if it is used.',
  WECHAT_MESSAGE_AES_KEY: 'EncodingAESKey of its message push: 43 characters.',
  WECHATPAY_MCHID: 'The merchant number, bound to the appid.',
  WECHATPAY_SERIAL_NO: 'Serial number of the merchant API certificate: 40 hex digits.',
  WECHATPAY_PRIVATE_KEY: 'Private key of that certificate (apiclient_key.pem).',
  WECHATPAY_APIV3_KEY: 'The APIv3 key: 32 characters.',
  WECHATPAY_PUBLIC_KEY_ID: "Id of WeChat Pay's public key: `PUB_KEY_ID_…`.",
  WECHATPAY_PUBLIC_KEY: "WeChat Pay's public key (pub_key.pem).",
} as const satisfies Record<string, string>

export type SettingName = keyof typeof settingNames

/** Read by test programs only; no server looks at them. */
const testName = /^MINITILL_(REQUIRE_ALL$|TEST_)/

export type Environment = Readonly<Record<string, string | undefined>>

/** One line for each variable with our prefix that is no setting, with the nearest right name. */
export function unknownSettings(env: Environment): string[] {
  const known = Object.keys(settingNames)
  return Object.keys(env)
    .filter((name) => /^(MINITILL|WECHAT|WECHATPAY)_/.test(name))
    .filter((name) => !known.includes(name) && !testName.test(name))
    .sort()
    .map((name) => `${name} is not a setting; did you mean ${nearest(name, known)}?`)
}

function nearest(name: string, known: readonly string[]): string {
  // No name of ours is longer, and the work grows with the length.
  const start = name.slice(0, 64)
  const ranked = known.map((one) => ({ one, far: distance(start, one) }))
  ranked.sort((a, b) => a.far - b.far)
  return ranked[0]?.one ?? ''
}

/** Levenshtein's distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (const [line, left] of [...a].entries()) {
    const next = [line + 1]
    for (const [column, right] of [...b].entries()) {
      const replaced = (row[column] ?? 0) + (left === right ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
