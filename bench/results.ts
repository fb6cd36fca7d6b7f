// A result with what one must know to judge it: commit, machine, date.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'results')

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', cwd: folder }).trim()
}

/** Prints a result, and with `--keep` writes it to bench/results/. */
export function keep(name: string, figures: Readonly<Record<string, unknown>>): void {
  mkdirSync(folder, { recursive: true })
  const date = new Date().toISOString()
  const [first] = cpus()
  const changed = git('status', '--porcelain', '--', ':/', ':(exclude,top)bench/results') !== ''
  const result = {
    name,
    date,
    commit: `${git('rev-parse', 'HEAD')}${changed ? ' with changes' : ''}`,
    machine: {
      cpu: first?.model ?? 'unknown',
      cores: cpus().length,
      memory_gib: Math.round(totalmem() / 2 ** 30),
      // More than the cores: others were at work on it too.
      load_average: loadavg()
        .map((load) => load.toFixed(1))
        .join(' '),
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    },
    ...figures,
  }
  const text = `${JSON.stringify(result, null, 2)}\n`
  process.stdout.write(text)
  if (!process.argv.includes('--keep')) return
  writeFileSync(join(folder, `${name}-${date.slice(0, 10)}.json`), text)
}
