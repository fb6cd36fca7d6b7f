import { openSender } from '../../server/adapters/webhooks/index.ts'
import {
  type Answer,
  type Sender,
  type Sent,
  silence,
  type WebhookMessage,
} from '../../server/ports/index.ts'

/** A sender that signs as the real one does, and sends nothing: nobody answers. */
export function silentSender(): Sender {
  return scriptedSender(() => silence('unreachable'))
}

/** The same, with a receiver that the test plays. */
export function scriptedSender(receive: (message: WebhookMessage) => Answer<Sent>): Sender {
  const { targetProblem, sign } = openSender('development')
  return { targetProblem, sign, post: async (message) => receive(message) }
}
