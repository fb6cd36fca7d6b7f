// A server that kills or freezes itself at a named point: the same composition root, with points that
// are armed over the channel to the test that started it. Nothing in the product leads here.
import { writeSync } from 'node:fs'
import { readSettings } from '../../server/config.ts'
import { pointNames } from '../../server/flows/phases.ts'
import { startServer } from '../../server/main.ts'
import { openLog } from '../../server/observe/log.ts'
import type { Points } from '../../server/ports/index.ts'

const known = new Set(pointNames())
const standardOutput = 1
let armed: string | null = null
let freezes = false

const points: Points = {
  async reach(name) {
    if (name !== armed) return
    if (freezes) return freeze(name)
    writeSync(standardOutput, `killed at ${name}\n`)
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {})
  },
}

/** Stands still until somebody thaws it, and goes on as if nothing had been. */
function freeze(name: string): void {
  armed = null
  writeSync(standardOutput, `frozen at ${name}\n`)
  process.kill(process.pid, 'SIGSTOP')
}

/** Armed before the start, where the start itself is to die. */
async function begin(point: string | null): Promise<void> {
  armed = point
  await startServer(readSettings(process.env), openLog('silent'), points)
  process.send?.('listening')
}

interface Message {
  readonly start?: string | null
  readonly arm?: string
  readonly freeze?: boolean
}

process.on('message', (message: Message) => {
  if (message.start !== undefined) void begin(message.start)
  if (message.arm === undefined) return
  if (!known.has(message.arm)) throw new RangeError(`no crash point is called ${message.arm}`)
  armed = message.arm
  freezes = message.freeze === true
  process.send?.('armed')
})
process.on('disconnect', () => process.exit(0))
process.send?.('loaded')
