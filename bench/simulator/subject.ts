// What is measured: a simulator, or a bare HTTP server, each in a process of its own.
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SeedCredentials } from '../../simulator/seed.ts'

export const root: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface Subject {
  readonly url: string
  readonly credentials: SeedCredentials
  stop(): Promise<void>
}

interface Ready {
  readonly url: string
  readonly credentials: SeedCredentials
}

/** Starts one and waits until it answers. */
export async function subject(kind: string): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'minitill-bench-'))
  const child = fork(join(root, 'bench/simulator/process.ts'), [kind, folder])
  const ready = await new Promise<Ready>((done, failed) => {
    child.once('message', (message) => done(message as Ready))
    child.once('exit', (code) => failed(new Error(`the subject ended with ${code}`)))
  })
  const stop = async () => {
    const gone = new Promise((done) => child.once('exit', done))
    child.send('stop')
    await gone
    rmSync(folder, { recursive: true, force: true })
  }
  return { ...ready, stop }
}
