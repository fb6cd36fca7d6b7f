import { StoreAway } from '../ports/store-away.ts'

/** PostgreSQL: connection exceptions, shut down or starting, no connection left; and the system's own. */
const awayCodes =
  /^(08\w{3}|57P0[123]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH)$/
/** The driver has no codes for these. */
const awayWords =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|the database did not answer)/

/** The same error, or StoreAway where it says that the database was not there. */
export function knownAway(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof StoreAway) return error
  const { code } = error as { code?: unknown }
  const isAway = (typeof code === 'string' && awayCodes.test(code)) || awayWords.test(error.message)
  return isAway ? new StoreAway(error) : error
}

/** For a promise's `catch`: throws what `knownAway` makes of it. */
export function throwKnown(error: unknown): never {
  throw knownAway(error)
}
