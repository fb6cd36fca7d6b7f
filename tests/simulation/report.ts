// What a run says to a person, and how a failing seed is kept.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { faultClasses } from './faults.ts'
import { type Plan, planOf } from './plan.ts'
import type { Verdict } from './run.ts'

const folder = join(import.meta.dirname, 'seeds')

/** A seed that failed once, as small as it could be made; replayed for ever. */
export interface KeptSeed {
  readonly seed: number
  readonly promise: string
  /** What was wrong, for people. */
  readonly about: string
  readonly keep: readonly string[] | null
  readonly allowed: readonly string[] | null
  /** null: as many as the seed says. */
  readonly instances: number | null
}

export function keepSeed(plan: Plan, verdict: Verdict): string {
  const { promise = '', text = '' } = verdict.violation ?? {}
  const kept: KeptSeed = {
    seed: plan.seed,
    promise,
    about: text.slice(0, 200),
    keep: plan.keep === null ? null : [...plan.keep],
    allowed: plan.allowed === null ? null : [...plan.allowed],
    instances: plan.instances,
  }
  const path = join(folder, `${promise}-${plan.seed}.json`)
  writeFileSync(path, `${JSON.stringify(kept, null, 2)}\n`)
  return path
}

/** Every kept seed with its plan: the small one that failed, and the whole seed. */
export function keptSeeds(): readonly { readonly name: string; readonly plans: readonly Plan[] }[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return names.toSorted().map((name) => {
    const kept = JSON.parse(readFileSync(join(folder, name), 'utf8')) as KeptSeed
    const { seed, keep, allowed, instances } = kept
    const small = planOf(seed, {
      ...(instances === null ? {} : { instances }),
      keep: keep && new Set(keep),
      allowed: allowed && new Set(allowed),
    })
    const isWhole = keep === null && allowed === null
    return { name, plans: isWhole ? [small] : [small, planOf(seed)] }
  })
}

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()

/**
 * What a release run is about: the product and the simulated WeChat. A seed that ran before a
 * checker became stricter ran on the same product all the same; each line names its commit, too.
 */
const product = ['protocol', 'server', 'simulator', 'package-lock.json']

/** The same for two commits between which nothing of this changed. */
export function codeName(paths: readonly string[] = product): string {
  try {
    if (git('status', '--porcelain', '--', ...paths.map((name) => `:/${name}`)) !== '')
      return 'changed'
    const trees = paths.map((name) => git('rev-parse', `HEAD:${name}`)).join()
    return createHash('sha256').update(trees).digest('hex').slice(0, 12)
  } catch {
    return 'unknown'
  }
}

export function commitName(): string {
  try {
    // A file of results grows while they are made.
    const code = [':/', ':(top,exclude)tests/*/results', ':(top,exclude)bench/results']
    const isDirty = git('status', '--porcelain', '--untracked-files=no', '--', ...code) !== ''
    return `${git('rev-parse', 'HEAD')}${isDirty ? ' with changes' : ''}`
  } catch {
    return 'unknown'
  }
}

/** One line a seed. */
export function lineOf(verdict: Verdict): string {
  const { seed, hash, payments, paid, refunds, crashes, steps, violation } = verdict
  const end = violation === null ? 'ok' : `BROKEN ${violation.promise}: ${violation.text}`
  return `seed ${seed} ${hash} ${payments} payments, ${paid} paid, ${refunds} refunds, ${crashes} crashes, ${steps} steps: ${end}`
}

/** How often each class of fault fired, and which never did. */
export function firedLines(fired: ReadonlyMap<string, number>): readonly string[] {
  const lines = faultClasses.map(({ kind, model }) => ({
    kind,
    model,
    count: fired.get(kind) ?? 0,
  }))
  const some = lines.filter(({ count }) => count > 0)
  const none = lines.filter(({ count }) => count === 0)
  return [
    `faults fired: ${some.map(({ kind, model, count }) => `${kind} (${model}) ${count}`).join(', ')}`,
    `never fired: ${none.map(({ kind, model }) => `${kind} (${model})`).join(', ') || 'none'}`,
  ]
}
