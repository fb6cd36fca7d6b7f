import type { Points } from '../../ports/index.ts'

/** Production: reaching a point is nothing. */
export const noPoints: Points = { reach: () => reached }

const reached = Promise.resolve()

/**
 * The crash lane: the process ends itself, as if it were killed, the first time it reaches the
 * armed point, which must be one of `names`.
 * @throws RangeError for a name that is not a point
 */
export function armedPoints(armed: string, names: readonly string[], kill: () => void): Points {
  if (!names.includes(armed)) throw new RangeError(`no crash point is called ${armed}`)
  return {
    async reach(name) {
      if (name === armed) kill()
    },
  }
}
