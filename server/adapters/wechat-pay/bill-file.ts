import { createHash, randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { BillFault, BillFile } from '../../ports/index.ts'

/** What a bill may weigh: on the wire, unpacked, and how much more one may be than the other. */
export interface BillLimits {
  readonly mostBytes: number
  readonly mostUnpacked: number
  readonly mostRatio: number
  /** Below this the ratio says nothing. */
  readonly freeUnpacked: number
}

/** A day of ten million trades is some 400 MiB packed and 4 GiB unpacked; text packs 1 : 20 at most. */
export const billLimits: BillLimits = {
  mostBytes: 1024 ** 3,
  mostUnpacked: 8 * 1024 ** 3,
  mostRatio: 64,
  freeUnpacked: 16 * 1024 ** 2,
}

export type Spooled =
  | { readonly ok: true; readonly file: BillFile }
  | { readonly ok: false; readonly why: BillFault }

class TooLarge extends Error {}

/**
 * Puts a download on the disk and looks at it on the way: memory holds pieces only. The hash may
 * be over the bytes as they came or over the unpacked ones (wechat-pay §8.2), and the file may be
 * packed or not, whatever was asked for. It has no name while it is open: a crash leaves none.
 * @throws what the stream throws: then nothing is known, and nothing is kept
 */
export async function spoolBill(
  body: AsyncIterable<Uint8Array>,
  hash: string,
  folder: string,
  limits: BillLimits = billLimits,
): Promise<Spooled> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `bill-${randomUUID()}`)
  const handle = await open(path, 'wx+', 0o600)
  const discard = async () => {
    await handle.close().catch(() => {})
    await rm(path, { force: true }).catch(() => {})
  }
  // Where an open file can't be removed, it goes when it is discarded.
  await rm(path).catch(() => {})
  try {
    const weighed = await weigh(body, handle, limits)
    if (weighed.why !== null || !weighed.hashes.includes(hash)) {
      await discard()
      return { ok: false, why: weighed.why ?? 'hash' }
    }
    const { isPacked, unpacked } = weighed
    const read = () => readable(handle, isPacked)
    return { ok: true, file: { hash, size: unpacked, read, discard } }
  } catch (error) {
    await discard()
    throw error
  }
}

interface Weighed {
  readonly why: BillFault | null
  readonly hashes: readonly string[]
  readonly isPacked: boolean
  readonly unpacked: number
}

/** Writes the pieces down, and takes both hashes and both sizes of them. */
async function weigh(
  body: AsyncIterable<Uint8Array>,
  handle: FileHandle,
  limits: BillLimits,
): Promise<Weighed> {
  const { first, all } = await peek(body)
  const isPacked = first[0] === 0x1f && first[1] === 0x8b
  const [outer, inner] = [createHash('sha1'), createHash('sha1')]
  let [packed, unpacked] = [0, 0]
  const writer = new Transform({
    transform: (piece: Uint8Array, _encoding, done) => {
      packed += piece.length
      if (packed > limits.mostBytes) return done(new TooLarge())
      outer.update(piece)
      handle.appendFile(piece).then(() => done(null, piece), done)
    },
  })
  const sink = async (pieces: AsyncIterable<Uint8Array>) => {
    for await (const piece of pieces) {
      unpacked += piece.length
      const isBomb = unpacked > limits.freeUnpacked && unpacked > limits.mostRatio * packed
      if (unpacked > limits.mostUnpacked || isBomb) throw new TooLarge()
      inner.update(piece)
    }
  }
  const result = (why: BillFault | null): Weighed => {
    const hashes = why === null ? [outer.digest('hex'), inner.digest('hex')] : []
    return { why, hashes, isPacked, unpacked }
  }
  try {
    if (isPacked) await pipeline(Readable.from(all), writer, createGunzip(), sink)
    else await pipeline(Readable.from(all), writer, sink)
    return result(null)
  } catch (error) {
    if (error instanceof TooLarge) return result('too_large')
    if (isZlib(error)) return result('not_readable')
    throw error
  }
}

function isZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^Z_/.test(String(error.code))
}

/** The first piece, and all of them again. */
async function peek(
  body: AsyncIterable<Uint8Array>,
): Promise<{ first: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const pieces = body[Symbol.asyncIterator]()
  let first = new Uint8Array(0) as Uint8Array
  let isOver = false
  while (first.length < 2 && !isOver) {
    const { done, value } = await pieces.next()
    isOver = done === true
    if (!isOver) first = first.length === 0 ? value : Buffer.concat([first, value])
  }
  async function* all() {
    if (first.length > 0) yield first
    if (!isOver) yield* { [Symbol.asyncIterator]: () => pieces }
  }
  return { first, all: all() }
}

function readable(handle: FileHandle, isPacked: boolean): AsyncIterable<Uint8Array> {
  const file = handle.createReadStream({ start: 0, autoClose: false })
  if (!isPacked) return file
  const unpacked = createGunzip()
  // The reader sees the error of whichever of the two breaks.
  file.on('error', (error) => unpacked.destroy(error))
  return file.pipe(unpacked)
}
