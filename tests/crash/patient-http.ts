import { Http, type Reply } from '../support/http.ts'
import { until } from '../support/pair.ts'

/** Asks again while nobody answers, as a phone does: what is asked here may be repeated. */
export class PatientHttp extends Http {
  readonly #isAnswer: (status: number) => boolean
  readonly #patienceMs: number

  /** @param isAnswer which status ends the asking */
  constructor(
    url: string,
    isAnswer: (status: number) => boolean = (status) => status !== 503,
    patienceMs = 20_000,
  ) {
    super(url)
    this.#isAnswer = isAnswer
    this.#patienceMs = patienceMs
  }

  override async send(...request: Parameters<Http['send']>): Promise<Reply> {
    const ask = () => super.send(...request).catch(() => null)
    const isAnswer = (seen: Reply | null) => seen !== null && this.#isAnswer(seen.status)
    const reply = await until(ask, isAnswer, this.#patienceMs)
    if (reply === null) throw new Error('nobody answers')
    return reply
  }
}
