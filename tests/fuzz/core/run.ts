// Feeds one parser with so many inputs, and keeps what broke a promise of it.
import { type Chance, chanceOf } from './chance.ts'
import type { Input, Parser } from './parser.ts'
import { damagedJson } from './values.ts'

/** More CPU time than this for one input of at most some hundred kilobytes is a denial of service. */
const SLOW_MS = 200
/** So many crashers are kept; more say nothing new. */
const MOST_KEPT = 20
const MOST_CORPUS = 500
const MOST_ANSWERS = 60

export interface Crasher {
  readonly input: Input
  readonly why: string
}

export interface Fuzzed {
  readonly parser: string
  readonly seed: string
  readonly executions: number
  readonly accepted: number
  /** How often each answer was given: a fuzzer that never sees one of them is blind there. */
  readonly answers: Readonly<Record<string, number>>
  readonly slowestMs: number
  readonly crashers: readonly Crasher[]
}

/** What is wrong with this input's treatment, or null; `accepted` says how it was answered. */
export function judge(
  parser: Parser,
  input: Input,
): { said: string; why: string | null; tookMs: number } {
  const started = performance.now()
  try {
    const said = parser.feed(input)
    const tookMs = performance.now() - started
    if (tookMs <= SLOW_MS) return { said, why: null, tookMs }
    // Somebody else may have had the processor: what counts is the least CPU time of several.
    const cpuMs = Math.min(...Array.from({ length: 3 }, () => cpuMsOf(parser, input)))
    const why = cpuMs > SLOW_MS ? `took ${Math.round(cpuMs)} ms of CPU time` : null
    return { said, why, tookMs: cpuMs }
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    return { said: name, why: `${name}: ${message.slice(0, 300)}`, tookMs: 0 }
  }
}

function cpuMsOf(parser: Parser, input: Input): number {
  const before = process.cpuUsage()
  parser.feed(input)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** The nth input of a seed: the same whatever ran before it, so that a run can be cut in chunks. */
function inputOf(chance: Chance, parser: Parser, corpus: readonly Input[]): Input {
  const fresh = corpus.length === 0 || chance.oneIn(3)
  const start = fresh ? parser.make(chance) : chance.pick(corpus)
  if (fresh && !chance.oneIn(4)) return start
  return (parser.damage ?? damagedJson)(chance, start)
}

/** Feeds `executions` inputs drawn from the seed, the whole corpus first. */
export function fuzz(
  parser: Parser,
  options: { readonly executions: number; readonly seed: string; readonly kept?: readonly Input[] },
): Fuzzed {
  const { executions, seed, kept = [] } = options
  const known = [...parser.good, ...kept]
  const corpus = [...known]
  const chance = chanceOf(`${parser.name}/${seed}`)
  const answers = new Map<string, number>()
  const crashers: Crasher[] = []
  let slowestMs = 0
  for (let done = 0; done < executions; done += 1) {
    const input = known[done] ?? inputOf(chance, parser, corpus)
    const { said, why, tookMs } = judge(parser, input)
    slowestMs = Math.max(slowestMs, tookMs)
    if (why !== null) {
      const isNew = !crashers.some((one) => one.why === why)
      if (isNew && crashers.length < MOST_KEPT) crashers.push({ input, why })
    } else {
      // What gets a new answer has come further than the rest: damage may start from it too.
      if (!answers.has(said) && corpus.length < MOST_CORPUS) corpus.push(input)
      answers.set(said, (answers.get(said) ?? 0) + 1)
    }
  }
  const accepted = answers.get('accepted') ?? 0
  const sorted = [...answers].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, MOST_ANSWERS)
  const counted = Object.fromEntries(sorted)
  return { parser: parser.name, seed, executions, accepted, answers: counted, slowestMs, crashers }
}
