// A planted bug must be found: in a process of its own, because it is planted while modules are loaded.
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../../../tools/simulate.ts')

/** Whether one seed with this bug breaks a promise; says which. */
export async function isFound(bug: string, seed: number): Promise<boolean> {
  const began = performance.now()
  const options = ['--real', '--plant', bug, '--seed', `${seed}`, '--seeds', '1']
  const child = spawn(process.execPath, [program, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8')
  })
  const status = await new Promise((resolve) => child.once('close', resolve))
  const found = /^seed .*: BROKEN ([\w-]+): (.*)$/m.exec(said)
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  if (status === 1 && found !== null) {
    console.log(`planted ${bug}: FOUND in ${seconds} s, ${found[1]}: ${found[2]?.slice(0, 160)}`)
    return true
  }
  console.log(`planted ${bug}: MISSED in ${seconds} s\n${said.slice(-2_000)}`)
  return false
}
