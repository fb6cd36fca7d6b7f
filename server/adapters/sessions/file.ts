import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SessionRecord, Sessions } from '../../ports/index.ts'
import { readRecord } from './record.ts'

const kept = '.json'
const touched = '.seen'

/**
 * SESSION_STORE=file: one small file a session, readable by its owner alone, put in place whole, so
 * that a crash tears none and several processes on one machine may share the folder.
 */
export function fileSessions(folder: string): Sessions {
  const place = (name: string) => join(folder, name)
  const write = async (name: string, value: unknown) => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const draft = place(`.${randomBytes(8).toString('hex')}.new`)
    await writeFile(draft, JSON.stringify(value), { mode: 0o600 })
    await rename(draft, place(name))
  }
  const remove = async (tokenHash: string) => {
    await rm(place(tokenHash + kept), { force: true })
    await rm(place(tokenHash + touched), { force: true })
  }
  const find = async (tokenHash: string) => {
    const [value, seen] = await Promise.all([
      readJson(place(tokenHash + kept)),
      readJson(place(tokenHash + touched)),
    ])
    return readRecord(value, seen)
  }
  return {
    put: (session) => write(session.tokenHash + kept, session),
    // A file of its own: a request that began before a log-out must not bring the session back.
    touch: (session) => write(session.tokenHash + touched, session.lastSeenAtMs),
    find,
    remove,
    async removeAllOf() {},
    async forgetEnded(at) {
      for (const tokenHash of await hashesIn(folder)) {
        const session: SessionRecord | null = await find(tokenHash)
        if (session === null || session.expiresAtMs <= at) await remove(tokenHash)
      }
    },
    async check() {
      await write('check.json', 'ready')
      await stat(folder)
    },
    async close() {},
  }
}

/** The file's value; undefined when there is none or it is no JSON. Other errors are errors. */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    const isMissing = (error as { code?: string }).code === 'ENOENT'
    if (isMissing || error instanceof SyntaxError) return undefined
    throw error
  }
}

async function hashesIn(folder: string): Promise<Set<string>> {
  const names = await readdir(folder).catch(() => [])
  const hashes = names.map((name) => /^([0-9a-f]{64})\.(?:json|seen)$/.exec(name)?.[1])
  return new Set(hashes.filter((hash) => hash !== undefined))
}
