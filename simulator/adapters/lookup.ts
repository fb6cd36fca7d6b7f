// Name resolution that refuses addresses where nothing may be sent: asked at each connection, so
// that a name can't be allowed as one address and reached as another (DNS rebinding).
import { type LookupAddress, lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import type { Targets } from '../allowed-target.ts'

/** The code of the error that a refused address gives. */
export const REFUSED = 'ADDRESS_NOT_ALLOWED'

type Resolve = (
  hostname: string,
  done: (error: Error | null, found: LookupAddress[]) => void,
) => void

const system: Resolve = (hostname, done) => {
  lookup(hostname, { all: true, verbatim: true }, done)
}

/** What net.connect calls to resolve a name. */
export function guardedLookup(targets: Targets, resolve: Resolve = system): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, found) => {
      if (error !== null) return callback(error, '', 4)
      const allowed = found.filter(({ address }) => targets.reaches(hostname, address))
      const [first] = allowed
      if (first === undefined) {
        const refusal = new Error(`${hostname} leads to an address that is not allowed`)
        return callback(Object.assign(refusal, { code: REFUSED }), '', 4)
      }
      if (options.all === true) return callback(null, allowed)
      return callback(null, first.address, first.family)
    })
  }
}
