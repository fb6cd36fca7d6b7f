import { Pool } from 'undici'
import { type Answer, answer, type BillAnswer, silence } from '../../ports/index.ts'
import { spoolBill } from './bill-file.ts'

/** A signed GET of a file, at one of WeChat's own hosts. */
export interface BillDownload {
  readonly origin: string
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** SHA-1 that the file must have, as WeChat told it. */
  readonly hash: string
}

/** How the file of a bill travels, and where it lies while it is read. */
export type BillTransfer = (download: BillDownload) => Promise<Answer<BillAnswer>>

const connectTimeoutMs = 3_000
/** Between two pieces of the file, and for all of it. */
const pieceTimeoutMs = 30_000
const downloadTimeoutMs = 20 * 60_000

/**
 * Over the network onto the disk. It follows no redirect; whatever is not 200 is silence: a link
 * lives five minutes, and a new one helps.
 */
export function spoolingTransfer(folder: string): BillTransfer {
  return async ({ origin, path, headers, hash }) => {
    const pool = new Pool(origin, { connections: 1, connect: { timeout: connectTimeoutMs } })
    try {
      const reply = await pool.request({
        method: 'GET',
        path,
        headers,
        headersTimeout: pieceTimeoutMs,
        bodyTimeout: pieceTimeoutMs,
        signal: AbortSignal.timeout(downloadTimeoutMs),
      })
      if (reply.statusCode !== 200) {
        reply.body.on('error', () => {}).destroy()
        return silence('server_error')
      }
      const spooled = await spoolBill(reply.body, hash, folder)
      if (!spooled.ok) return answer({ kind: 'unusable', why: spooled.why })
      return answer({ kind: 'file', file: spooled.file })
    } catch (error) {
      return silence(/timeout/i.test(String((error as Error).name)) ? 'timeout' : 'reset')
    } finally {
      await pool.destroy()
    }
  }
}
