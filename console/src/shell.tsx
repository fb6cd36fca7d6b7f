// Navigation beside the screen that the hash names.
import { useCallback, useEffect, useState } from 'react'
import { Badge } from 'tdesign-react'
import { useTexts } from './language.ts'
import { useLoaded } from './loading.ts'
import { Icon } from './parts/icon.tsx'
import { LanguageSwitch } from './parts/language-switch.tsx'
import { Catalogue } from './screens/catalogue.tsx'
import { Events } from './screens/events.tsx'
import { Health } from './screens/health.tsx'
import { Money } from './screens/money.tsx'
import { Orders } from './screens/orders.tsx'
import { Promises } from './screens/promises.tsx'
import { Reconcile } from './screens/reconcile.tsx'
import { Tasks } from './screens/tasks.tsx'
import { useSession } from './session.ts'

const SCREENS = {
  orders: Orders,
  tasks: Tasks,
  catalogue: Catalogue,
  money: Money,
  reconcile: Reconcile,
  promises: Promises,
  events: Events,
  health: Health,
} as const

type ScreenName = keyof typeof SCREENS
const NAMES: ScreenName[] = [
  'orders',
  'tasks',
  'catalogue',
  'money',
  'reconcile',
  'promises',
  'events',
  'health',
]

export function Shell() {
  const screen = useScreen()
  const Shown = SCREENS[screen]
  return (
    <div className="shell">
      <Navigation screen={screen} />
      <main key={screen}>
        <Shown />
      </main>
    </div>
  )
}

function Navigation({ screen }: { screen: ScreenName }) {
  const texts = useTexts()
  const { api, signOut } = useSession()
  const leave = () => {
    // Forgotten here in any case; a server that cannot be reached forgets by itself within hours.
    void api.endSession().catch(() => {})
    signOut(false)
  }
  const waiting = useWaiting(screen)
  return (
    <aside>
      <strong className="brand">
        <i className="logo" /> Minitill
        <small>{texts('console')}</small>
      </strong>
      <nav aria-label={texts('navigation')}>
        {NAMES.map((name) => (
          <a
            key={name}
            href={`#/${name}`}
            aria-current={name === screen ? 'page' : undefined}
            data-testid={`go-${name}`}
          >
            <Icon name={name} />
            <span className="nav-text">{texts(name)}</span>
            {name === 'tasks' && waiting > 0 && <Badge count={waiting} maxCount={49} />}
          </a>
        ))}
      </nav>
      <div className="aside-foot">
        <LanguageSwitch />
        <button type="button" className="link" data-testid="sign-out" onClick={leave}>
          <Icon name="out" size={15} /> {texts('signOut')}
        </button>
      </div>
    </aside>
  )
}

/** How many things wait for a person, as of the last change of screen. */
function useWaiting(screen: ScreenName): number {
  const { api } = useSession()
  const { value, reload } = useLoaded(
    useCallback(async () => (await api.tasks(null)).rows.length, [api]),
  )
  const [seen, setSeen] = useState(screen)
  useEffect(() => {
    if (seen === screen) return
    setSeen(screen)
    reload()
  }, [seen, screen, reload])
  return value ?? 0
}

function useScreen(): ScreenName {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => setHash(location.hash)
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  return NAMES.find((name) => hash === `#/${name}`) ?? 'orders'
}
