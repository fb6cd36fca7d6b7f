// What landed on the person's phone: subscribe messages, and WeChat's own of shipping, as cards.
import { useEffect, useRef, useState } from 'react'
import type { Card } from '../control.ts'
import { timeText } from '../times.ts'
import type { PhoneStore } from './store.ts'

const BANNER_MS = 6_000
const MOST_SHOWN = 20

export interface Cards {
  store: PhoneStore
  /** Of the person whose phone it is, newest first; null until they are known. */
  cards: readonly Card[] | null
  /** The mini program that the phone has: only its cards open something. */
  appid: string
}

function CardView({
  card,
  store,
  appid,
  onOpen,
}: { card: Card; onOpen?(): void } & Omit<Cards, 'cards'>) {
  const { page } = card
  const open = () => {
    onOpen?.()
    if (page !== null && card.appid === appid) store.openAt(page)
  }
  return (
    <button
      type="button"
      className="card"
      data-testid="card"
      data-title={card.title}
      onClick={open}
    >
      <span className="card-head">
        <i className="card-mark" /> 服务通知
        <time>{timeText(card.at).slice(0, 5)}</time>
      </span>
      <b>{card.title}</b>
      {card.fields.map(({ label, value }) => (
        <span className="card-field" key={label}>
          <i>{label}</i>
          {value}
        </span>
      ))}
    </button>
  )
}

/** The cards on the home screen. */
export function CardList({ store, cards, appid }: Cards) {
  if (cards === null || cards.length === 0) return null
  return (
    <div className="cards" data-testid="cards">
      {cards.slice(0, MOST_SHOWN).map((card) => (
        <CardView key={card.id} {...{ card, store, appid }} />
      ))}
    </div>
  )
}

/** A card that has just come, over whatever the phone shows, for some seconds. */
export function Banner({ store, cards, appid }: Cards) {
  const known = useRef<Set<string> | null>(null)
  const [shown, show] = useState<Card | null>(null)
  useEffect(() => {
    if (cards === null) return
    const before = known.current
    known.current = new Set(cards.map(({ id }) => id))
    const fresh = before === null ? undefined : cards.find(({ id }) => !before.has(id))
    if (fresh !== undefined) show(fresh)
  }, [cards])
  useEffect(() => {
    if (shown === null) return
    const timer = window.setTimeout(() => show(null), BANNER_MS)
    return () => window.clearTimeout(timer)
  }, [shown])
  if (shown === null) return null
  return (
    <div className="banner" role="status" data-testid="banner">
      <CardView card={shown} {...{ store, appid }} onOpen={() => show(null)} />
    </div>
  )
}
