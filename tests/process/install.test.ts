import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Bench, checkout, plainEnvironment } from './support.ts'

const ORDINARY = 65_534
const isRoot = process.getuid?.() === 0

let bench: Bench
beforeEach(async () => {
  bench = await Bench.make()
})
afterEach(() => bench.end())

interface Machine {
  says: string
  npm: string
  args?: string[]
  folder?: string
  mode?: number
  uid?: number
}

const machines: Machine[] = [
  { says: 'npm 10, without install scripts', npm: '10', args: ['--ignore-scripts'] },
  { says: 'npm 12', npm: '12' },
  {
    says: 'a very long path with spaces and Chinese in it',
    npm: '',
    folder: `${'收银台 a long folder name/'.repeat(6)}checkout`,
  },
  ...(isRoot
    ? [
        { says: 'root, below a home folder with mode 0700', npm: '', mode: 0o700 },
        { says: 'an ordinary user', npm: '', uid: ORDINARY },
      ]
    : []),
]

test.each(machines)('npm ci and npm start on a fresh clone: $says', async (machine) => {
  const folder = join(bench.folder, machine.folder ?? 'checkout')
  mkdirSync(dirname(folder), { recursive: true })
  const home = join(bench.folder, 'home')
  mkdirSync(home)
  const owner = machine.uid === undefined ? {} : { uid: machine.uid, gid: machine.uid }
  const env = { ...plainEnvironment(), ...(machine.uid === undefined ? {} : { HOME: home }) }
  const run = (command: string, args: string[], cwd: string): void => {
    execFileSync(command, args, { cwd, env, stdio: 'pipe', ...owner })
  }
  execFileSync('git', ['clone', '-q', '--no-hardlinks', checkout, folder], { stdio: 'pipe' })
  if (machine.uid !== undefined) {
    execFileSync('chown', ['-R', `${machine.uid}:${machine.uid}`, bench.folder])
  }
  const npm = machine.npm === '' ? ['npm', 'ci'] : ['npx', '--yes', `npm@${machine.npm}`, 'ci']
  const [command = 'npm', ...rest] = npm
  run(command, [...rest, '--prefer-offline', ...(machine.args ?? [])], folder)
  if (machine.mode !== undefined) chmodSync(bench.folder, machine.mode)
  const dataDir = join(folder, 'data')
  const started = bench.start({ folder, via: 'npm', dataDir, ...owner, env: { HOME: home } })
  await started.ready(20_000)
  started.signal('SIGTERM')
  await started.gone()
  expect(started.output).toContain('minitill ready')
})
