// Entities of subscribe messages (订阅消息) and of what lands on a person's phone. Plain data.

export interface Template {
  readonly id: string
  readonly appid: string
  readonly title: string
  readonly kind: 'one_time' | 'long_term'
  /** Keys of the data, such as `thing1`, with the label that the person sees. */
  readonly fields: readonly TemplateField[]
  /** What a deployment is set up with: a reset keeps it. */
  readonly seeded?: boolean
}

export interface TemplateField {
  readonly key: string
  readonly label: string
  /** The allowed values of a key that begins `enum`. */
  readonly values: readonly string[]
}

/** What a person decided about a template. */
export interface Subscription {
  /** Messages that may still be sent; one for each accept. */
  readonly left: number
  /** A long-term template that was accepted. */
  readonly standing: boolean
  /** Switched off in the mini program's settings. */
  readonly off: boolean
  /** WeChat has banned the template. */
  readonly banned: boolean
}

/** A card in the person's chat list. */
export interface Message {
  readonly id: string
  readonly appid: string
  readonly person: string
  readonly kind: 'subscribe' | 'shipped' | 'confirm_receive'
  readonly templateId: string | null
  readonly title: string
  readonly fields: readonly { readonly label: string; readonly value: string }[]
  /** The page that a tap opens; null: the card is not clickable, or opens WeChat's own page. */
  readonly page: string | null
  readonly miniprogramState: 'developer' | 'trial' | 'formal'
  readonly lang: string
  readonly atMs: number
}
