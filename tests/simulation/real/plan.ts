// What a seed stands for where a crowd is wanted: more people than in the other lane, who are in more
// of a hurry, and one instance more. What strikes the database itself belongs to the crash lane.
import { type Plan, planOf } from '../plan.ts'

const rushMs = 60_000

export function crowdPlan(seed: number): Plan {
  const usual = planOf(seed)
  const armed = new Set([...usual.armed].filter((kind) => !kind.startsWith('database:')))
  return planOf(seed, { people: 100, ordersEach: 3, instances: 4, thinkMs: rushMs, armed })
}
