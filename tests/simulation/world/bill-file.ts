// What a download becomes, as on the disk of a real instance, and without one: everything at once,
// because a thread that unpacks would end when it likes.
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { answer, type BillAnswer } from '../../../server/ports/index.ts'

/** Rows and letters are cut anywhere, as pieces of a file are. */
const pieceBytes = 1_500

const sha1 = (bytes: Uint8Array): string => createHash('sha1').update(bytes).digest('hex')

/** The bill in these bytes, if they are one; the hash may be over them as they came or unpacked. */
export function billFile(came: Uint8Array, hash: string) {
  const unusable = (why: 'hash' | 'not_readable') => answer<BillAnswer>({ kind: 'unusable', why })
  const unpacked = unpack(came)
  if (unpacked === null) return unusable('not_readable')
  if (![sha1(came), sha1(unpacked)].includes(hash)) return unusable('hash')
  const file = {
    hash,
    size: unpacked.length,
    read: () => inPieces(unpacked),
    discard: async () => {},
  }
  return answer<BillAnswer>({ kind: 'file', file })
}

function unpack(bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes)
  } catch {
    return null
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}
