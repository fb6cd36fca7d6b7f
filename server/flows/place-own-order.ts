import type { Appid, Fen, Mchid, Openid } from '@minitill/protocol/model'
import type { Account, Identity } from '../domain/account.ts'
import { ownItem } from '../domain/own-order.ts'
import type { Ports, Tx } from '../ports/index.ts'
import { KeyBusy } from '../ports/key-busy.ts'
import type { AccountReads } from '../ports/tables/accounts.ts'
import { openOrder } from './open-order.ts'
import { commit } from './phase.ts'
import type { OrderView } from './read-orders.ts'

/** Who pays: an openid of the app, or an account that has one there. */
export type Payer = { readonly openid: string } | { readonly accountId: string }

export interface PlaceOwnOrder {
  readonly payer: Payer
  /** null: the deployment's first app. */
  readonly appid: string | null
  /** null: the merchant that collects for the app. */
  readonly mchid: string | null
  readonly amountFen: Fen
  readonly description: string
  readonly reference: string
  readonly key: string
  /** Hash of the canonical JSON of the request. */
  readonly requestHash: string
  /** The answer's body, which is kept with the key. */
  readonly present: (view: OrderView) => string
}

export type OwnOrderFault =
  | 'unknown_app'
  | 'unknown_merchant'
  | 'unknown_openid'
  | 'unknown_account'
  | 'account_elsewhere'
  | 'account_gone'

export type PlacedOwnOrder =
  | { readonly kind: 'placed'; readonly body: string; readonly replayed: boolean }
  | { readonly kind: 'invalid'; readonly why: OwnOrderFault }
  | { readonly kind: 'reference_used'; readonly orderId: string; readonly replayed: boolean }
  | { readonly kind: 'key_reused' | 'key_busy' }

/** A twin waits for the first one so long. */
const twinWaitMs = 5_000
/** Keys of the business API are one space of their own. */
const scope = 'admin'

interface Parties {
  readonly appid: Appid
  readonly mchid: Mchid
}

/**
 * Places an order whose amount the merchant's own system computed, for a person who has logged in
 * here before: the mini program then pays it as any other. No stock of ours is held. It is one
 * transaction, idempotency key and reference included: a crash leaves all or nothing.
 */
export async function placeOwnOrder(ports: Ports, input: PlaceOwnOrder): Promise<PlacedOwnOrder> {
  const parties = partiesOf(ports, input)
  if (typeof parties === 'string') return { kind: 'invalid', why: parties }
  try {
    return await commit(
      ports,
      'place-own-order/order',
      async (tx) => await place(tx, ports, input, parties),
    )
  } catch (error) {
    if (error instanceof KeyBusy) return { kind: 'key_busy' }
    if (error instanceof Invalid) return { kind: 'invalid', why: error.why }
    throw error
  }
}

function partiesOf({ parties }: Ports, input: PlaceOwnOrder): Parties | OwnOrderFault {
  const app = parties.app(input.appid ?? parties.defaultAppid)
  if (app === null) return 'unknown_app'
  if (input.mchid === null) return { ...app, mchid: parties.merchantOf(app.appid).mchid }
  const merchant = parties.merchant(input.mchid)
  if (!merchant?.appids.includes(app.appid)) return 'unknown_merchant'
  return { ...app, mchid: merchant.mchid }
}

/** Rolls back, so that a request which was never valid does not use up its key. */
class Invalid extends Error {
  readonly why: OwnOrderFault
  constructor(why: OwnOrderFault) {
    super(why)
    this.why = why
  }
}

async function place(
  tx: Tx,
  ports: Ports,
  input: PlaceOwnOrder,
  { appid, mchid }: Parties,
): Promise<PlacedOwnOrder> {
  const { key, requestHash, reference, amountFen } = input
  const at = ports.clock.now()
  const first = await tx.idempotency.claim({ scope, key, requestHash, at, waitMs: twinWaitMs })
  if (first) {
    if (first.requestHash !== requestHash) return { kind: 'key_reused' }
    if (first.status === 201) return { kind: 'placed', body: first.body, replayed: true }
    return { kind: 'reference_used', orderId: first.body, replayed: true }
  }
  const { accountId, openid } = await payerOf(tx.accounts, input.payer, appid)
  // Another key with the same reference at the same moment waits here for this one's end.
  await tx.orders.lockReference(mchid, reference)
  const before = await tx.orders.byReference(mchid, reference)
  if (before !== null) {
    await tx.idempotency.keep(scope, key, 409, before.id)
    return { kind: 'reference_used', orderId: before.id, replayed: false }
  }
  const items = [ownItem(input.description, reference, amountFen)]
  const bought = { accountId, appid, openid, mchid, items, totalFen: amountFen, reference }
  const body = input.present(await openOrder(tx, ports, bought, at))
  await tx.idempotency.keep(scope, key, 201, body)
  ports.meter.count('order_total')
  return { kind: 'placed', body, replayed: false }
}

/** The person, who must have logged in to this very app: another app's openid pays nothing here. */
async function payerOf(accounts: AccountReads, payer: Payer, appid: Appid): Promise<Identity> {
  const named =
    'openid' in payer
      ? await accounts.identity(appid, payer.openid as Openid)
      : await accounts.identityOf(payer.accountId, appid)
  const accountId = 'openid' in payer ? named?.accountId : payer.accountId
  const account: Account | null = accountId === undefined ? null : await accounts.byId(accountId)
  if (account === null) throw new Invalid('openid' in payer ? 'unknown_openid' : 'unknown_account')
  if (account.status !== 'active') throw new Invalid('account_gone')
  if (named === null) throw new Invalid('account_elsewhere')
  return named
}
