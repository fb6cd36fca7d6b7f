import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

/** `npm run simulate` in a process of its own: its lines and its exit status. */
export async function simulate(options: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'tools/simulate.ts'), ...options], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8')
    })
  }
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, said, seeds: said.split('\n').filter((line) => line.startsWith('seed ')) }
}
