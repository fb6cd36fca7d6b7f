import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { EmbeddedError, reasonOf, systemCode } from './error.ts'

/** The user that PostgreSQL runs as, when it is not our own: it refuses to run as root. */
export interface Runner {
  uid: number
  gid: number
  name: string
}

/** Longest socket folder: PostgreSQL adds a file name and the system allows about 107 bytes. */
const SOCKET_FOLDER_BYTES = 90

/** Users that exist on most machines and own nothing of value, best first. */
const unprivileged = ['postgres', 'node', 'nobody']

const isRoot = (): boolean => process.getuid?.() === 0

/** Makes the data folder, and says in one line when it can't be written. */
export function openDataFolder(dataDir: string): string {
  const folder = resolve(dataDir)
  const probe = join(folder, `.write-${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true, mode: isRoot() ? 0o755 : 0o700 })
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw new EmbeddedError(
      `the data folder ${folder} can't be written (${systemCode(error) || reasonOf(error)}): ` +
        'set MINITILL_DATA_DIR to a folder of your own',
    )
  }
  return folder
}

/**
 * The random id of a data folder, made once. It names the places outside the folder, so that a
 * deleted data folder never meets an old database.
 */
export function instanceId(folder: string): string {
  const file = join(folder, 'instance.json')
  if (!existsSync(file)) {
    const draft = `${file}.new-${randomBytes(6).toString('hex')}`
    writeFileSync(draft, `${JSON.stringify({ id: randomBytes(8).toString('hex') })}\n`)
    try {
      // A link fails when the file is there by now: of two first starts, one id wins.
      linkSync(draft, file)
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    } finally {
      rmSync(draft, { force: true })
    }
  }
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (typeof value === 'object' && value !== null && 'id' in value) {
    const id = String(value.id)
    if (/^[0-9a-f]{16}$/.test(id)) return id
  }
  throw new EmbeddedError(`${file} is damaged: put it back, or run minitill reset`)
}

/** The parents of an instance's own place outside the data folder, best first. */
export function outsidePlaces(id: string): string[] {
  return [join('/var/lib/minitill', id), join(tmpdir(), `minitill-${id}`)]
}

/** Picks the unprivileged user when we are root, null when we run as ourselves. */
export function findRunner(): Runner | null {
  if (!isRoot()) return null
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of unprivileged) {
    const fields = users.find((line) => line.startsWith(`${name}:`))?.split(':') ?? []
    const uid = Number(fields[2])
    const gid = Number(fields[3])
    if (Number.isInteger(uid) && uid > 0 && Number.isInteger(gid)) return { uid, gid, name }
  }
  throw new EmbeddedError(
    'PostgreSQL refuses to run as root and none of the users postgres, node, nobody exists: ' +
      'start as an ordinary user, or set DATABASE_URL',
  )
}

/** Options of a spawned program that runs as the runner. */
export function runAs(runner: Runner | null): { uid?: number; gid?: number; cwd: string } {
  return runner === null ? { cwd: '/' } : { uid: runner.uid, gid: runner.gid, cwd: '/' }
}

/** Whether the runner can enter this folder, asked of the system itself. */
export function canEnter(runner: Runner, folder: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], runAs(runner)).status === 0
}

/** Makes a folder of the runner's own that nobody else can open; one that exists stays as it is. */
export function makePrivate(folder: string, runner: Runner | null): void {
  try {
    mkdirSync(folder, { mode: 0o700 })
  } catch (error) {
    // Never change the owner of something that we did not make: it may be another user's link.
    if (systemCode(error) === 'EEXIST') return
    throw error
  }
  if (runner !== null) chownSync(folder, runner.uid, runner.gid)
}

/** Makes the instance's place outside the data folder; the first that works and can be entered. */
export function makeOutsidePlace(id: string, runner: Runner): string {
  for (const place of outsidePlaces(id)) {
    try {
      mkdirSync(place, { recursive: true, mode: 0o755 })
    } catch {
      continue
    }
    const state = lstatSync(place)
    if (state.isDirectory() && state.uid === 0 && canEnter(runner, place)) return place
  }
  throw new EmbeddedError(
    `neither ${outsidePlaces(id).join(' nor ')} can be used by ${runner.name}: ` +
      'move checkout and data folder to where other users can enter, or set DATABASE_URL',
  )
}

/**
 * The owner of an existing cluster as a runner: whoever made it goes on with it.
 * @throws EmbeddedError when it belongs to somebody else and we are not root
 */
export function ownerOf(cluster: string, preferred: Runner | null): Runner | null {
  if (process.getuid === undefined) return null
  const state = statSync(cluster)
  if (isRoot()) {
    if (state.uid === preferred?.uid) return preferred
    return { uid: state.uid, gid: state.gid, name: `user ${state.uid}` }
  }
  if (state.uid === process.getuid()) return null
  throw new EmbeddedError(
    `the database in ${cluster} belongs to another user (uid ${state.uid}): ` +
      'start as that user or as root, or choose another MINITILL_DATA_DIR',
  )
}

/**
 * The folder of the socket: in the cluster's home when its path is short enough, else below the
 * temporary folder. Nobody but the runner may have it.
 */
export function socketFolder(home: string, id: string, runner: Runner | null): string {
  const uid = runner?.uid ?? process.getuid?.() ?? 0
  const names = [
    join(home, 'socket'),
    join(tmpdir(), `minitill-socket-${id}`),
    join('/tmp', `minitill-socket-${id}-${uid}`),
  ]
  for (const folder of names) {
    if (Buffer.byteLength(folder) > SOCKET_FOLDER_BYTES) continue
    try {
      makePrivate(folder, runner)
    } catch {
      continue
    }
    const state = lstatSync(folder)
    const isOurs = state.isDirectory() && state.uid === uid && (state.mode & 0o077) === 0
    if (isOurs && (runner === null || canEnter(runner, folder))) return folder
  }
  throw new EmbeddedError(
    `no folder for the database's socket: ${names.join(', ')} are too long, not ours or not private`,
  )
}
