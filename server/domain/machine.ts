/**
 * A machine as a literal table: for every state and every input, one step. The compiler refuses a
 * table with a hole, so that no pair can be forgotten; a step without `to` leaves the state alone.
 */
export type Machine<
  State extends string,
  Input extends string,
  Step extends StepTo<State>,
> = Readonly<Record<State, Readonly<Record<Input, Step>>>>

export interface StepTo<State extends string> {
  readonly to?: State
}

/** Every state that the table leads to from `start`, `start` included, in order of discovery. */
export function reachable<State extends string, Input extends string, Step extends StepTo<State>>(
  machine: Machine<State, Input, Step>,
  start: NoInfer<State>,
): readonly State[] {
  const found: State[] = [start]
  // The list grows while it is walked, and ends because a state is added once.
  for (const state of found) {
    for (const step of Object.values<Step>(machine[state])) {
      if (step.to !== undefined && !found.includes(step.to)) found.push(step.to)
    }
  }
  return found
}
