// The links under which bills are fetched: one use, five minutes, one merchant (R81).
import { gzipSync } from 'node:zlib'
import type { BillLink } from '../state.ts'
import type { World } from '../world.ts'
import type { BillOrder } from './file.ts'

const LIFE_MS = 5 * 60 * 1000
const MOST_LINKS = 5000

/** Makes a link; its token comes back. The oldest links make room. */
export function addLink(world: World, order: BillOrder): string {
  while (world.count('billLinks') >= MOST_LINKS) {
    world.remove('billLinks', world.oldest('billLinks') ?? '')
  }
  const token = world.draw('bill-links').base64url(64)
  world.put('billLinks', token, { ...order, createdAtMs: world.nowMs(), usedAtMs: null })
  return token
}

export type TakenLink =
  | { readonly ok: true; readonly link: BillLink }
  | { readonly ok: false; readonly why: 'gone' | 'foreign' }

/** Uses a link up. Somebody else's attempt leaves it as it is. */
export function takeLink(world: World, token: string, mchid: string): TakenLink {
  const link = world.get('billLinks', token)
  const nowMs = world.nowMs()
  if (link === undefined || link.usedAtMs !== null || nowMs >= link.createdAtMs + LIFE_MS) {
    return { ok: false, why: 'gone' }
  }
  if (link.mchid !== mchid) return { ok: false, why: 'foreign' }
  world.put('billLinks', token, { ...link, usedAtMs: nowMs })
  return { ok: true, link }
}

/** A bill's bytes as they go over the wire: a gzip file when that was asked for. */
export function packed(bytes: Buffer, gzip: boolean): Buffer {
  return gzip ? gzipSync(bytes) : bytes
}
