// The merchant's own system, which gets the events: it may be slow, broken, or down for a day.
import { Webhook } from 'standardwebhooks'
import { signWebhook } from '../../../server/adapters/webhooks/index.ts'
import { answer, type Sender, silence, type WebhookMessage } from '../../../server/ports/index.ts'
import type { Run } from '../context.ts'
import type { Life } from '../engine/scheduler.ts'

export const appUrl = 'https://app.example/events'
const timeoutMs = 15_000
const downMs = 3_600_000

export class MerchantApp {
  /** Each event as it first came, by its id. */
  readonly received = new Map<string, string>()
  /** Each that arrived: two tries to add it may both have been done. */
  readonly secrets: string[] = []
  /** A try went unanswered, so that there may be a secret that never arrived. */
  missesSecret = false
  readonly #run: Run
  readonly #downUntilMs: number

  constructor(run: Run) {
    this.#run = run
    const isDown = run.faults.strikes('app:down', 'app')
    this.#downUntilMs = isDown ? run.scheduler.now() + downMs : 0
  }

  sender(life: Life): Sender {
    return {
      targetProblem: () => null,
      sign: (id, body, secrets) =>
        signWebhook(id, body, secrets, new Date(this.#run.scheduler.now())),
      post: (message) => this.#post(life, message),
    }
  }

  async #post(life: Life, message: WebhookMessage) {
    const { scheduler, faults } = this.#run
    const id = message.headers['webhook-id'] ?? ''
    const told = JSON.parse(message.body) as { id: string; type: string; subject: string }
    const { type, subject } = told
    if (told.id !== id) this.#run.violation('I-31', `event ${told.id} came under the name ${id}`)
    // By what it tells and not by its id, so that leaving others out changes nothing here.
    const who = `${type} ${subject.split(':')[0]}`
    await scheduler.park(life, `post ${who}`, scheduler.draws.between(`post ${who}`, 5, 200))
    if (faults.active && scheduler.now() < this.#downUntilMs) return silence('unreachable')
    if (faults.strikes('app:hangs', who)) {
      await scheduler.park(life, `hang ${who}`, timeoutMs)
      return silence('timeout')
    }
    if (faults.strikes('app:error_500', who)) {
      return answer({ kind: 'answered', status: 500 } as const)
    }
    this.#receive(id, message)
    if (faults.strikes('app:answer_lost', who)) return silence('reset')
    return answer({ kind: 'answered', status: 204 } as const)
  }

  /** I-31: the same id is the same event, and every message is signed with the secret we got. */
  #receive(id: string, { headers, body }: WebhookMessage): void {
    const known = this.received.get(id)
    this.received.set(id, known ?? body)
    if (known !== undefined && known !== body) {
      this.#run.violation('I-31', `event ${id} came with two contents`)
    }
    const fits = (secret: string) => {
      try {
        new Webhook(secret).verify(body, headers)
        return true
      } catch {
        return false
      }
    }
    if (!this.missesSecret && !this.secrets.some(fits)) {
      this.#run.violation('I-31', `event ${id} is not signed by us`)
    }
  }
}
