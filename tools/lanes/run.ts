import { type Lane, type Outcome, runLane } from './lane.ts'

const minutes = (ms: number): string => `${(ms / 60_000).toFixed(2)} min`

/**
 * Runs lanes one after the other, prints minutes per lane, names those that did not run and how to
 * make them, and closes with one plain line of counts.
 * @param only names of lanes; empty: all
 * @param requireAll a lane that can't run here is a failure
 * @returns the exit status
 */
export async function runLanes(
  lanes: readonly Lane[],
  only: readonly string[],
  requireAll: boolean,
): Promise<number> {
  const chosen = only.length === 0 ? lanes : lanes.filter((lane) => only.includes(lane.name))
  const unknown = only.filter((name) => !lanes.some((lane) => lane.name === name))
  if (unknown.length > 0) {
    console.error(`no lane is called ${unknown.join(', ')}: ${lanes.map((l) => l.name).join(', ')}`)
    return 1
  }
  const outcomes: Outcome[] = []
  for (const lane of chosen) {
    if (lane.missing === undefined) outcomes.push(await runLane(lane))
  }
  const absent = chosen.filter((lane) => lane.missing !== undefined)
  report(outcomes, absent)
  const failed = sum(outcomes, 'failed') + (requireAll ? absent.length : 0)
  const skipped = sum(outcomes, 'skipped')
  console.log(`${sum(outcomes, 'passed')} passed, ${failed} failed, ${skipped} skipped`)
  return failed === 0 ? 0 : 1
}

function report(outcomes: readonly Outcome[], absent: readonly Lane[]): void {
  console.log('')
  for (const { lane, passed, failed, skipped, ms } of outcomes) {
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`
    console.log(`${failed > 0 ? 'FAILED' : 'ok    '} ${lane.name}: ${counts} in ${minutes(ms)}`)
  }
  for (const lane of absent) console.log(`NOT RUN ${lane.name}: ${lane.missing}`)
  console.log(`all lanes: ${minutes(outcomes.reduce((total, { ms }) => total + ms, 0))}`)
}

function sum(outcomes: readonly Outcome[], field: 'passed' | 'failed' | 'skipped'): number {
  return outcomes.reduce((total, outcome) => total + outcome[field], 0)
}
