// The whole world out and in, as one JSON document.
import { z } from 'zod'
import type { Wechat } from '../wechat.ts'
import { readDocument, writeDocument } from '../world-document.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'
import { stateView } from './state.ts'

/** Of a document, in either direction. */
export const MOST_WORLD_BYTES = 64 * 1_048_576

const exportQuery = z.strictObject({ secrets: z.enum(['0', '1']).default('0') })

/**
 * GET /_sim/world: everything but the journal. What people registered keeps its secrets to itself
 * unless `?secrets=1` asks for them.
 */
export function exportWorld(wechat: Wechat, query: unknown): ControlAnswer {
  const read = parsed(exportQuery, query)
  if (!read.ok) return read.answer
  const document = writeDocument(wechat.world, wechat.seed, read.value.secrets === '1')
  const tooLarge = wechat.world.count('trades') > MOST_WORLD_BYTES / 1000
  if (tooLarge) return bad('trades', 'are too many for one document; POST /_sim/reset', 409)
  return good(document)
}

/** POST /_sim/world: takes an exported world's place in one step, on the disk before the answer. */
export async function importWorld(wechat: Wechat, input: unknown): Promise<ControlAnswer> {
  const read = readDocument(input, wechat.world)
  if (!read.ok) return bad(read.field, read.message)
  const clock = await wechat.become(read.world)
  return good({ ...stateView(wechat), clock })
}

/** GET /_sim/credentials: the merchant's side of the seeded parties, marked as for development. */
export function readCredentials(wechat: Wechat): ControlAnswer {
  return good(wechat.seed.credentials)
}
