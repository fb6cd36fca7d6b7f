// What lands on persons' phones, and what they allowed (订阅消息, mini-program.md §9).
import type { Message, Subscription, Template } from './subscribe-state.ts'
import type { World } from './world.ts'

const MOST_KEPT = 5000

/** A card in the person's chat list; the oldest ones are forgotten. */
export function deliver(world: World, message: Omit<Message, 'id' | 'atMs'>): string {
  if (world.count('messages') >= MOST_KEPT) world.remove('messages', world.oldest('messages') ?? '')
  const id = world.draw('messages').digits(19).replace(/^0/, '1')
  world.put('messages', id, { ...message, id, atMs: world.nowMs() })
  return id
}

const NOTHING: Subscription = { left: 0, standing: false, off: false, banned: false }

function subscriptionKey(appid: string, person: string, templateId: string): string {
  return `${appid}/${person}/${templateId}`
}

/** What a person decided about a template so far. */
export function subscriptionOf(
  world: World,
  appid: string,
  person: string,
  templateId: string,
): Subscription {
  return world.get('subscriptions', subscriptionKey(appid, person, templateId)) ?? NOTHING
}

export function putSubscription(
  world: World,
  appid: string,
  person: string,
  templateId: string,
  value: Subscription,
): void {
  world.put('subscriptions', subscriptionKey(appid, person, templateId), value)
}

/** A template of this mini program. */
export function templateOf(world: World, appid: string, id: string): Template | undefined {
  return world.get('templates', `${appid}/${id}`)
}

/** Registers a template of a mini program, or changes it. */
export function putTemplate(world: World, template: Template): void {
  world.put('templates', `${template.appid}/${template.id}`, template)
}

export type Choice = 'accept' | 'reject' | 'ban'

/** What the person answered in the dialog: one accept is one message, and accepts add up (§9.1). */
export function decide(
  world: World,
  appid: string,
  person: string,
  template: Template,
  choice: Choice,
): void {
  const before = subscriptionOf(world, appid, person, template.id)
  const long = template.kind === 'long_term'
  const after: Subscription =
    choice === 'ban'
      ? { ...before, banned: true }
      : choice === 'reject'
        ? { ...before, standing: false }
        : {
            ...before,
            banned: false,
            off: false,
            left: long ? before.left : before.left + 1,
            standing: long,
          }
  putSubscription(world, appid, person, template.id, after)
}

/** The errcode of a send that the person does not allow; null when it may be sent. */
export function refusalOf(subscription: Subscription): 43101 | 43107 | null {
  if (subscription.banned) return 43107
  if (subscription.off) return 43101
  return subscription.standing || subscription.left > 0 ? null : 43101
}

/** One message was sent: a one-time permission is used up. */
export function spend(world: World, appid: string, person: string, templateId: string): void {
  const before = subscriptionOf(world, appid, person, templateId)
  const left = before.standing ? before.left : before.left - 1
  putSubscription(world, appid, person, templateId, { ...before, left })
}
