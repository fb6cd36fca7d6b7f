import { unknownSettings } from '../../server/config/names.ts'
import type { Verified } from '../../server/flows/verify-ledger.ts'
import type { Access } from '../../server/store/access.ts'
import { reasonOf } from '../../server/store/embedded/error.ts'
import { EmbeddedError } from '../../server/store/embedded.ts'
import { visitDatabase } from './database.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** One thing that was looked at, in one line. */
export interface Finding {
  name: string
  state: 'ok' | 'wrong' | 'unknown'
  text: string
}

const OLDEST_POSTGRES = 15
const SKEW_MS = 5_000
const ANSWER_MS = 5_000
const WECHAT = 'https://api.mch.weixin.qq.com'

const ok = (name: string, text: string): Finding => ({ name, state: 'ok', text })
const wrong = (name: string, text: string): Finding => ({ name, state: 'wrong', text })

/** Looks at everything that `serve` needs; nothing is changed. */
export async function examine(
  env: Environment,
  readSettings: ((env: Environment) => unknown) | null,
): Promise<Finding[]> {
  return [
    ok('Node', process.versions.node),
    ...settingsFindings(env, readSettings),
    ...publicUrlFindings(env),
    ...(await databaseFindings(env)),
    ...(await weChatFindings(env)),
  ]
}

function settingsFindings(
  env: Environment,
  readSettings: ((env: Environment) => unknown) | null,
): Finding[] {
  if (readSettings === null) {
    const unknown = unknownSettings(env)
    return unknown.length === 0
      ? [ok('settings', 'all names are known')]
      : unknown.map((line) => wrong('settings', line))
  }
  try {
    readSettings(env)
    return [ok('settings and keys', 'complete and matching')]
  } catch (error) {
    return reasonOf(error)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => wrong('settings and keys', line.trim()))
  }
}

function publicUrlFindings(env: Environment): Finding[] {
  const text = env['PUBLIC_URL']
  if (env['MINITILL_ENV'] === 'development') return []
  if (text === undefined) {
    return [wrong('PUBLIC_URL', 'is missing: WeChat must reach this server over https')]
  }
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'https:') {
    return [wrong('PUBLIC_URL', 'must begin with https://: WeChat calls nothing else')]
  }
  if (url.search !== '') return [wrong('PUBLIC_URL', 'has a query: WeChat refuses that')]
  return [ok('PUBLIC_URL', text)]
}

async function databaseFindings(env: Environment): Promise<Finding[]> {
  try {
    const { version, pending, skewMs, access, ledger } = await visitDatabase(env, false)
    const tooOld = Number.parseInt(version, 10) < OLDEST_POSTGRES
    const skewed = Math.abs(skewMs) > SKEW_MS
    return [
      tooOld
        ? wrong('database', `is PostgreSQL ${version}: ${OLDEST_POSTGRES} or later is needed`)
        : ok('database', `PostgreSQL ${version}`),
      pending.length > 0
        ? wrong('migrations', `${pending.join(', ')} missing: run minitill migrate`)
        : ok('migrations', 'all applied'),
      skewed
        ? wrong('database clock', `differs by ${skewMs} ms from this machine: set both by NTP`)
        : ok('database clock', `within ${SKEW_MS / 1000} s`),
      ...(access === null ? [] : [accessFinding(access)]),
      ...(ledger === null ? [] : ledgerFindings(ledger)),
    ]
  } catch (error) {
    const text =
      error instanceof EmbeddedError ? error.message : `not reachable: ${reasonOf(error)}`
    return [wrong('database', text)]
  }
}

/** Whether the server's own user could rewrite the books. */
function accessFinding({ kind, role, why }: Access): Finding {
  const name = 'database role'
  if (kind === 'login') return ok(name, `serves as ${role}, which may not change an entry`)
  if (kind === 'given') return ok(name, `${role} may not change an entry`)
  const text =
    kind === 'set_role'
      ? `serves as the owner in the role ${role}, because it could not log in: ${why}`
      : `serves as the owner of the tables, triggers alone keep the entries: ${why}`
  return { name, state: 'unknown', text: `${text} (docs/decisions/0040)` }
}

function ledgerFindings({ found, seals, entries, last }: Verified): Finding[] {
  const name = 'ledger'
  if (found.length === 0) {
    const head = last === null ? '' : `; the last is ${last.seq}, ${last.hash}`
    return [ok(name, `${entries} entries in ${seals} seals are as they were sealed${head}`)]
  }
  return found.map(({ seq, entryId, what }) =>
    wrong(name, `${seq === null ? 'no seal' : `seal ${seq}`}, entry ${entryId ?? '-'}: ${what}`),
  )
}

/** Whether WeChat (or the simulator) answers, and whether its clock and ours agree. */
async function weChatFindings(env: Environment): Promise<Finding[]> {
  const simulator = env['MINITILL_SIMULATOR_URL']
  const url = simulator === undefined ? `${WECHAT}/v3/certificates` : `${simulator}/healthz`
  const name = simulator === undefined ? 'WeChat' : 'simulator'
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) })
    await answer.body?.cancel()
    const theirs = Date.parse(answer.headers.get('date') ?? '')
    const findings = [ok(name, `answers (${answer.status})`)]
    // The simulator's clock may be moved on purpose.
    if (simulator !== undefined || Number.isNaN(theirs)) return findings
    const skewMs = theirs - Date.now()
    return Math.abs(skewMs) > SKEW_MS
      ? [...findings, wrong('clock', `differs by ${skewMs} ms from WeChat's: set it by NTP`)]
      : [...findings, ok('clock', `within ${SKEW_MS / 1000} s of WeChat's`)]
  } catch (error) {
    return [wrong(name, `${url} does not answer: ${reasonOf(error)}`)]
  }
}

/** Prints the findings; exit status 0 when nothing is wrong, 1 otherwise. */
export function report(findings: readonly Finding[], say: (line: string) => void): number {
  for (const { name, state, text } of findings) say(`${state.padEnd(8)} ${name}: ${text}`)
  return findings.some((finding) => finding.state === 'wrong') ? 1 : 0
}
