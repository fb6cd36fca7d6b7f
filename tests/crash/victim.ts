// A server that kills itself at a named point: the same composition root, with points that are armed
// over the channel to the test that started it. Nothing in the product leads here.
import { writeSync } from 'node:fs'
import { readSettings } from '../../server/config.ts'
import { pointNames } from '../../server/flows/phases.ts'
import { startServer } from '../../server/main.ts'
import { openLog } from '../../server/observe/log.ts'
import type { Points } from '../../server/ports/index.ts'

const known = new Set(pointNames())
const standardOutput = 1
let armed: string | null = null

const points: Points = {
  async reach(name) {
    if (name !== armed) return
    writeSync(standardOutput, `killed at ${name}\n`)
    process.kill(process.pid, 'SIGKILL')
    await new Promise(() => {})
  },
}

/** Armed before the start, where the start itself is to die. */
async function begin(point: string | null): Promise<void> {
  armed = point
  await startServer(readSettings(process.env), openLog('silent'), points)
  process.send?.('listening')
}

process.on('message', (message: { start?: string | null; arm?: string }) => {
  if (message.start !== undefined) void begin(message.start)
  if (message.arm === undefined) return
  if (!known.has(message.arm)) throw new RangeError(`no crash point is called ${message.arm}`)
  armed = message.arm
  process.send?.('armed')
})
process.on('disconnect', () => process.exit(0))
process.send?.('loaded')
