// Gives the app's access_token, shared by all processes through one row of the database.
// Whoever finds it missing, nearly over or rejected takes a lease and asks WeChat; the others wait
// for the row, so that WeChat is asked once. A rejected token is first asked for in normal mode,
// because somebody else may have renewed it, and forced only when the same one comes back.
// A crash with the lease held delays the others until the lease is over.
import { type Appid, afterMs } from '@minitill/protocol/model'
import type { Answer, Ports, TokenAnswer } from '../ports/index.ts'
import type { AccessTokenRow } from '../ports/tables/tokens.ts'
import { sameSecret } from './hash.ts'
import { call, commit } from './phase.ts'

export interface SharedToken {
  readonly kind: 'token'
  readonly accessToken: string
  /** To be named when WeChat rejects the token, so that it is renewed once and not twice. */
  readonly version: number
}

export type TokenResult =
  | SharedToken
  | { readonly kind: 'refused'; readonly errcode: number }
  | { readonly kind: 'silence' }

/**
 * WeChat renews five minutes before the end, and both tokens work in that window. A minute later
 * than WeChat, so that the one we then get is surely the new one and not once more the old.
 */
const renewBeforeMs = 4 * 60_000
/** Longer than the call's own time-out, so that a slow holder is not overtaken. */
const leaseMs = 15_000
const waitMs = 50
const waitsMost = 160

/** `rejected` is the version that WeChat answered 40001, 40014 or 42001 to. */
export async function sharedToken(
  ports: Ports,
  appid: Appid,
  rejected: number | null = null,
): Promise<TokenResult> {
  for (let wait = 0; wait < waitsMost; wait += 1) {
    const kept = usable(ports, await ports.store.read.tokens.byAppid(appid), rejected)
    if (kept !== null) return kept
    const lease = await takeLease(ports, appid)
    if (lease !== null) return await renew(ports, lease, rejected)
    await ports.clock.sleep(waitMs)
  }
  return { kind: 'silence' }
}

function usable(
  ports: Ports,
  row: AccessTokenRow | null,
  rejected: number | null,
): SharedToken | null {
  if (row?.sealed == null || row.version === rejected) return null
  if (row.expiresAtMs - renewBeforeMs <= ports.clock.now()) return null
  const accessToken = opened(ports, row.appid, row.sealed)
  return accessToken === null ? null : { kind: 'token', accessToken, version: row.version }
}

/** Null when the seal key is gone: a token is asked for anew, unlike a phone number. */
function opened(ports: Ports, appid: Appid, sealed: Uint8Array): string | null {
  try {
    return ports.seal.open('access_token', appid, sealed)
  } catch {
    ports.log.warn({ appid }, 'the shared token does not open and is asked for anew')
    return null
  }
}

async function takeLease(ports: Ports, appid: Appid): Promise<AccessTokenRow | null> {
  const at = ports.clock.now()
  return await commit(ports, 'keep-token/lease', (tx) =>
    tx.tokens.takeLease(appid, at, afterMs(at, leaseMs)),
  )
}

async function renew(
  ports: Ports,
  lease: AccessTokenRow,
  rejected: number | null,
): Promise<TokenResult> {
  // Between our look and our lease another process may have renewed it.
  const kept = usable(ports, lease, rejected)
  const asked = kept === null ? await askForToken(ports, lease, rejected) : null
  if (asked?.got === 'answer' && asked.value.kind === 'token') {
    return await keep(ports, lease, asked.value)
  }
  await commit(ports, 'keep-token/keep', (tx) => tx.tokens.releaseLease(lease.appid, lease.version))
  if (kept !== null) return kept
  if (asked === null || asked.got === 'silence') return { kind: 'silence' }
  const { value } = asked
  return value.kind === 'refused' ? value : { kind: 'silence' }
}

async function askForToken(
  ports: Ports,
  lease: AccessTokenRow,
  rejected: number | null,
): Promise<Answer<TokenAnswer>> {
  const ask = (force: boolean) =>
    call(ports, 'keep-token/token', () => ports.wechatMini.stableToken(lease.appid, force))
  const first = await ask(false)
  const isRejected = lease.sealed !== null && lease.version === rejected
  if (!isRejected || first.got === 'silence' || first.value.kind !== 'token') return first
  const dead = opened(ports, lease.appid, lease.sealed)
  const isSame = dead !== null && sameSecret(first.value.accessToken, dead)
  return isSame ? await ask(true) : first
}

async function keep(
  ports: Ports,
  lease: AccessTokenRow,
  token: Extract<TokenAnswer, { kind: 'token' }>,
): Promise<SharedToken> {
  const { accessToken, expiresInSeconds } = token
  const { appid, version } = lease
  const sealed = ports.seal.seal('access_token', appid, accessToken)
  const expiresAtMs = afterMs(ports.clock.now(), expiresInSeconds * 1000)
  await commit(ports, 'keep-token/keep', (tx) =>
    tx.tokens.keep(appid, version, { sealed, expiresAtMs }),
  )
  return { kind: 'token', accessToken, version: version + 1 }
}
