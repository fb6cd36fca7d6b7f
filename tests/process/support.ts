import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { instanceId, outsidePlaces } from '../../server/store/embedded/place.ts'

export const checkout: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
export const launcher: string = join(checkout, 'tools/launch.mjs')
const npmStart: string = join(checkout, 'tools/start.ts')

const POLL_MS = 50

/** Waits for something to become true, and fails with what was waited for. */
export async function until(what: string, limitMs: number, test: () => boolean): Promise<void> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += POLL_MS) {
    if (test()) return
    await pause(POLL_MS)
  }
  throw new Error(`waited ${limitMs} ms in vain: ${what}`)
}

export const isAlive = (pid: number): boolean => {
  try {
    // A zombie has ended; only its parent has not asked yet.
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** A folder of one's own below the temporary folder, open to other users. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'minitill-process-'))
  chmodSync(folder, 0o755)
  return folder
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}

/** Processes that name `mark` in their command line or carry it in their environment. */
export function processesWith(mark: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const isOurs = `${command}${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(mark)
        return isOurs && isAlive(pid) ? [{ pid, command }] : []
      } catch {
        return []
      }
    })
}

export interface StartOptions {
  dataDir: string
  ports: readonly [number, number]
  /** As a person does, through a script with a shell between npm and us, or by the launcher. */
  via?: 'npm' | 'npm and shell' | 'launcher'
  program?: string
  env?: Record<string, string>
  uid?: number
  /** A checkout whose own `npm start` is run. */
  folder?: string
  /** A folder where the package is installed, and the command for it. */
  npx?: { folder: string; args: readonly string[] }
}

/** The environment without settings of ours and without what npm adds for its own children. */
export function plainEnvironment(): Record<string, string | undefined> {
  const own = /^(npm_|MINITILL_|WECHAT|NODE_OPTIONS|VITEST)/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
}

/** A package.json as a plain object. */
export function readPackage(path: string): object {
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return typeof value === 'object' && value !== null ? value : {}
}

function commandOf(options: StartOptions): [string, string[], string] {
  const { via = 'launcher', program = npmStart, folder, npx } = options
  if (npx !== undefined) return ['npx', ['minitill', ...npx.args], npx.folder]
  if (via !== 'launcher') {
    const made = () => npmFolder(program, dirname(options.dataDir), via === 'npm')
    return ['npm', ['start'], folder ?? made()]
  }
  return [process.execPath, [launcher, program], '/']
}

/** One running `npm start`. */
export class Run {
  readonly process: ChildProcess
  readonly mark: string = `mark${randomBytes(8).toString('hex')}`
  readonly exited: Promise<number | null>
  output = ''
  readonly dataDir: string

  constructor(options: StartOptions) {
    const { dataDir, ports } = options
    this.dataDir = dataDir
    const [command, args, cwd] = commandOf(options)
    this.process = spawn(command, args, {
      cwd,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
      env: {
        ...plainEnvironment(),
        MINITILL_DATA_DIR: dataDir,
        MINITILL_PORT: String(ports[0]),
        MINITILL_SIMULATOR_PORT: String(ports[1]),
        MINITILL_PROXY_PORT: '0',
        PROCESS_TEST: this.mark,
        ...options.env,
      },
    })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString()
      })
    }
    this.exited = new Promise((resolve) => this.process.once('exit', resolve))
  }

  get pid(): number {
    return this.process.pid ?? 0
  }

  /** Waits for the line `minitill ready`. */
  async ready(limitMs = 30_000): Promise<void> {
    await this.says('minitill ready', limitMs)
  }

  /** Waits until it has printed this. */
  async says(text: string, limitMs = 30_000): Promise<void> {
    await until(text, limitMs, () => {
      if (this.process.exitCode !== null) throw new Error(`ended early: ${this.output}`)
      return this.output.includes(text)
    })
  }

  /** Everything that belongs to this run: by its environment, or by its data folder. */
  all(): { pid: number; command: string }[] {
    const found = [...processesWith(this.mark), ...processesWith(this.dataDir)]
    return [...new Map(found.map((each) => [each.pid, each])).values()]
  }

  /** The process whose command line has this in it. */
  find(part: string): number {
    const found = this.all().find(({ command }) => command.includes(part))
    if (found === undefined)
      throw new Error(`no process ${part} among ${JSON.stringify(this.all())}`)
    return found.pid
  }

  /** Waits until nothing of this run is left. */
  async gone(limitMs = 10_000): Promise<void> {
    await until('nothing of ours left', limitMs, () => this.all().length === 0).catch(() => {
      throw new Error(`still there: ${JSON.stringify(this.all())}`)
    })
  }

  signal(name: NodeJS.Signals, pid: number = this.pid): void {
    process.kill(pid, name)
  }

  /** Ends whatever a failed test left. */
  clear(): void {
    for (const { pid } of this.all()) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // Ended in between.
      }
    }
  }
}

/** A package whose `npm start` is the launcher with a program. */
/** A folder whose `npm start` is the checkout's own, or the same without its `exec`. */
function npmFolder(program: string, parent: string, asShipped: boolean): string {
  const folder = mkdtempSync(join(parent, 'npm-'))
  const { scripts } = readPackage(join(checkout, 'package.json')) as { scripts: { start: string } }
  const word = asShipped && scripts.start.startsWith('exec ') ? 'exec ' : ''
  const start = `${word}node ${JSON.stringify(launcher)} ${JSON.stringify(program)}`
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }))
  return folder
}

/** A data folder and two ports, and the runs that used them; `end` clears all. */
export class Bench {
  readonly folder: string = temporaryFolder()
  readonly dataDir: string = join(this.folder, 'data')
  readonly ports: readonly [number, number]
  readonly #runs: Run[] = []

  constructor(ports: readonly [number, number]) {
    this.ports = ports
  }

  static async make(): Promise<Bench> {
    return new Bench([await freePort(), await freePort()])
  }

  start(options: Partial<StartOptions> = {}): Run {
    mkdirSync(this.folder, { recursive: true })
    const run = new Run({ dataDir: this.dataDir, ports: this.ports, ...options })
    this.#runs.push(run)
    return run
  }

  end(): void {
    for (const run of this.#runs) run.clear()
    for (const dataDir of [this.dataDir, ...this.#runs.map((run) => run.dataDir)]) {
      if (!existsSync(join(dataDir, 'instance.json'))) continue
      for (const place of outsidePlaces(instanceId(dataDir))) {
        rmSync(place, { recursive: true, force: true })
      }
    }
    rmSync(this.folder, { recursive: true, force: true })
  }
}
