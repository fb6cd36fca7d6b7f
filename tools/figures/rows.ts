// Which figures a result file gives to the READMEs.

export interface Result {
  readonly name: string
  readonly file: string
  readonly date: string
  readonly commit: string
  readonly seed?: string
  readonly machine: { readonly cpu: string; readonly cores: number }
  readonly [more: string]: unknown
}

export interface Row {
  readonly en: string
  readonly zh: string
  readonly value: string
  readonly commit: string
  readonly seed: string
  readonly machine: string
  readonly date: string
}

const number = (value: unknown): string => Number(value).toLocaleString('en-US')
const sum = (results: readonly Result[], key: string): number =>
  results.reduce((total, result) => total + Number(result[key]), 0)

function at(result: Result, en: string, zh: string, value: string): Row {
  const { cpu, cores } = result.machine
  const { commit, date } = result
  return {
    en,
    zh,
    value,
    commit,
    date,
    seed: result.seed?.split('/')[0] ?? '—',
    machine: `${cpu}, ${cores} ×`,
  }
}

type Maker = (results: readonly Result[], last: Result) => Row[]

const makers: Readonly<Record<string, Maker>> = {
  // Measured in chunks: the oldest commit among them is the one that the whole can be claimed for.
  fuzz: (all, last) => {
    const crashers = all.reduce((count, one) => count + (one['crashers'] as unknown[]).length, 0)
    const oldest = all.toSorted((a, b) => (a.date < b.date ? -1 : 1))[0] ?? last
    const value = `${number(sum(all, 'executions'))}, ${crashers}`
    return [
      at(
        oldest,
        'Fuzzed inputs of all parsers, crashers left',
        '全部解析器的模糊测试输入数，剩余崩溃数',
        value,
      ),
    ]
  },
  bills: (_all, last) => {
    const { rss_mib: rss } = last['peak'] as Record<string, number>
    return [
      at(
        last,
        'Rows of a bill imported and matched, peak memory in MiB',
        '导入并核对的账单行数，内存峰值（MiB）',
        `${number(last['trade_rows'])}, ${number(rss)}`,
      ),
    ]
  },
  permutations: (_all, last) => [
    at(
      last,
      'Orders of evidence that end in the same books, orders that do not',
      '证据的全部次序：结果相同的，结果不同的',
      `${number(last['sequences'])}, ${number(last['differing'])}`,
    ),
  ],
  // The chunks that ran the same code as the newest one.
  simulation: (all, last) => {
    const same = all.filter(({ code }) => code === last['code'])
    return [
      at(
        last,
        'Payments simulated under faults, seeds, promises broken',
        '在故障之下模拟的支付数，种子数，被打破的承诺',
        `${number(sum(same, 'payments'))}, ${number(sum(same, 'seeds'))}, ${sum(same, 'broken')}`,
      ),
    ]
  },
  simulator: (_all, last) => {
    const { memory, durable } = last['payments_per_second'] as Record<string, number>
    return [
      at(
        last,
        'Payments a second against the simulator: world in memory, on disk',
        '模拟器每秒支付数：内存，落盘',
        `${number(memory)}, ${number(durable)}`,
      ),
    ]
  },
}

/** The rows of all results, the newest of each name. @throws for a result that nobody shows */
export function rowsOf(results: readonly Result[]): readonly Row[] {
  return [...new Set(results.map(({ name }) => name))].sort().flatMap((name) => {
    const all = results.filter((one) => one.name === name)
    const last = all.at(-1)
    const maker = makers[name]
    if (maker === undefined)
      throw new Error(`no row shows ${name}: add it to tools/figures/rows.ts`)
    return last === undefined ? [] : maker(all, last)
  })
}
