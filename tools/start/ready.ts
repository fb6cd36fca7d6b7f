import { createServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { StartError } from './settings.ts'

const POLL_MS = 100
const READY_MS = 60_000
const ANSWER_MS = 2_000
const PORT_MS = 3_000

/** The address that reaches a host setting from this machine. */
export const reachable = (host: string): string =>
  host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host

/**
 * Waits until `/readyz` answers 200.
 * @throws StartError with the reasons it gave last, when that takes longer than a minute
 */
export async function waitReady(name: string, url: string, signal: AbortSignal): Promise<void> {
  let last = 'it does not answer'
  for (let waitedMs = 0; waitedMs < READY_MS; waitedMs += POLL_MS) {
    signal.throwIfAborted()
    try {
      const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) })
      const text = await answer.text()
      if (answer.status === 200) return
      last = text.slice(0, 300)
    } catch {
      // Not listening yet.
    }
    await pause(POLL_MS)
  }
  throw new StartError(`the ${name} was not ready within ${READY_MS / 1000} s: ${last}`)
}

/**
 * Makes sure that a port is free. It waits a little, because what a killed start left behind may
 * be on its way out.
 * @throws StartError naming the port and its setting
 */
export async function needPort(setting: string, host: string, port: number): Promise<void> {
  let code = ''
  for (let waitedMs = 0; waitedMs <= PORT_MS; waitedMs += POLL_MS) {
    code = await tryListen(host, port)
    if (code === '') return
    if (code !== 'EADDRINUSE') break
    await pause(POLL_MS)
  }
  const why = code === 'EADDRINUSE' ? 'is taken' : `can't be used (${code})`
  throw new StartError(`port ${port} on ${host} ${why}: set ${setting} to a free one`)
}

function tryListen(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (error) => resolve('code' in error ? String(error.code) : error.message))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve('')))
  })
}
