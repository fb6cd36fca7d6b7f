import { Socket } from 'node:net'
import pg from 'pg'
import { throwKnown } from './away.ts'

type Query = (...given: unknown[]) => unknown

/**
 * A client whose statements are answered in time or end with their connection. The server bounds a
 * statement only while it can be heard: where a network swallows the answer, nobody would ever say
 * so, and a pool would run out of connections that wait for ever. A database that is not there is
 * a StoreAway.
 */
export function answeredWithin(answerMs: number): typeof pg.Client {
  return class AnsweredClient extends pg.Client {
    readonly #socket: Socket
    #awaited = 0

    constructor(config?: string | pg.ClientConfig) {
      const socket = new Socket()
      const given = typeof config === 'string' ? { connectionString: config } : config
      // A pool hides the password from whoever lists its options.
      super({ ...given, password: given?.password, stream: () => socket })
      this.#socket = socket
      socket.on('timeout', () => {
        socket.destroy(new Error(`the database did not answer within ${answerMs} ms`))
      })
      const query = this.query.bind(this) as Query
      this.query = ((...args: unknown[]) => this.#await(query, args)) as typeof this.query
    }

    /** With a callback as last argument or without one, as pg has it. */
    #await(query: Query, args: readonly unknown[]): unknown {
      this.#awaited += 1
      this.#socket.setTimeout(answerMs)
      const end = () => {
        this.#awaited -= 1
        // Nobody waits any more: a connection without work may be silent.
        if (this.#awaited === 0) this.#socket.setTimeout(0)
      }
      const callback = args.at(-1)
      if (typeof callback === 'function') {
        const told: Query = (...result) => {
          end()
          return callback(...result)
        }
        return query(...args.slice(0, -1), told)
      }
      const result = query(...args)
      if (!(result instanceof Promise)) {
        end()
        return result
      }
      result.then(end, end)
      return result.catch(throwKnown)
    }
  }
}
