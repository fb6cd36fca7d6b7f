// The phone with the few things beside it that a real phone does not have.
import { useEffect, useMemo, useRef, useState } from 'react'
import type { WorldState } from './control.ts'
import { useSay } from './language.ts'
import { type Known, useNowMs } from './live.ts'
import { createHost } from './phone/host.ts'
import { Phone } from './phone/phone.tsx'
import { PhoneStore } from './phone/store.ts'
import { useProgram } from './program.ts'
import { yuan } from './read.ts'
import { clockText } from './times.ts'

/** The drawn phone's outer size in CSS pixels, and how far it may shrink to fit the window. */
const PHONE = { width: 397, height: 834 }
const SMALLEST = 0.62

/** Shown once the world is known, as the mini program needs its appid and person. */
export function PhonePanel({ known, world }: { known: Known; world: WorldState }) {
  // The mini program asks at any time, so it is given a place to look, not one state of the world.
  const latest = useRef(world)
  latest.current = world
  const [store] = useState(() => makeStore(latest))
  const [person, setPerson] = useState(store.settings.person)
  const program = useProgram(store, known.program)
  const choosePerson = (id: string) => {
    store.settings.person = id
    localStorage.setItem('minitill-page:person', id)
    setPerson(id)
    store.restart()
  }
  const time = clockText(useNowMs(known))
  const landed = useMemo(() => {
    const cards = known.cards?.filter((card) => card.person === person) ?? null
    return { cards, appid: world.apps[0]?.appid ?? '' }
  }, [known.cards, person, world])
  return (
    <section className="phone-panel" id="phone">
      <PhoneBar {...{ store, world, person, choosePerson }} folder={program.folder} />
      <Fitted>
        <Phone {...{ store, time, landed }} name={program.name} problems={program.problems} />
      </Fitted>
      <PhoneNotes store={store} />
    </section>
  )
}

/** Draws the phone as large as the window has room for, up to its real size. */
function Fitted({ children }: { children: React.ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  const [fit, setFit] = useState(1)
  useEffect(() => {
    const measure = () => {
      const top = place.current?.getBoundingClientRect().top ?? 0
      const stacked = window.matchMedia('(max-width: 900px)').matches
      const room = stacked ? PHONE.height : window.innerHeight - Math.max(0, top) - 46
      const wide = (window.innerWidth - 16) / PHONE.width
      setFit(Math.max(SMALLEST, Math.min(1, room / PHONE.height, wide)))
    }
    measure()
    // Its panel shrinks when the banner comes, the window when the window does.
    const watch = new ResizeObserver(measure)
    const panel = place.current?.parentElement
    if (panel != null) watch.observe(panel)
    window.addEventListener('resize', measure)
    return () => {
      watch.disconnect()
      window.removeEventListener('resize', measure)
    }
  }, [])
  const size = { width: PHONE.width * fit, height: PHONE.height * fit }
  return (
    <div className="phone-fit" ref={place} style={size}>
      <div style={{ transform: fit === 1 ? 'none' : `scale(${fit})`, transformOrigin: '0 0' }}>
        {children}
      </div>
    </div>
  )
}

interface BarProps {
  store: PhoneStore
  world: WorldState
  person: string
  folder: string
  choosePerson(id: string): void
}

function PhoneBar({ store, world, person, folder, choosePerson }: BarProps) {
  const say = useSay()
  return (
    <div className="phone-bar">
      <select
        value={person}
        aria-label={say('当前用户', 'Person')}
        data-testid="person-select"
        onChange={(event) => choosePerson(event.target.value)}
      >
        {world.people.map(({ id, name, balance }) => (
          <option key={id} value={id}>
            {`${name === '' ? id : name} · ¥${yuan(balance)}`}
          </option>
        ))}
      </select>
      <code className="folder" title={say('小程序文件夹', 'Folder of the mini program')}>
        {folder}
      </code>
      <button
        type="button"
        data-testid="restart"
        title={say('重启小程序', 'Restart the mini program')}
        onClick={() => store.restart()}
      >
        {say('重启', 'Restart')}
      </button>
      <button
        type="button"
        data-testid="clear-storage"
        title={say('清除此用户的缓存并重启', 'Clear its storage and restart')}
        onClick={() => clearStorage(store, world)}
      >
        {say('清缓存', 'Clear')}
      </button>
    </div>
  )
}

function PhoneNotes({ store }: { store: PhoneStore }) {
  const say = useSay()
  const [refusal, setRefusal] = useState(store.settings.refusal)
  return (
    <details className="phone-notes">
      <summary data-testid="password-hint">
        {say('密码：任意六位；000000 为错误', 'Password: any six digits; 000000 is wrong')}
      </summary>
      <p>
        {say(
          '点底部横条或胶囊的圆点即“离开”；收银台打开时离开会结束小程序，没有回调。',
          'The home bar or the capsule leaves; with the cashier open that ends the mini program ' +
            'without a callback.',
        )}
      </p>
      <label>
        {say('拒绝手机号时的文案', 'Text when the phone number is refused')}
        <select
          value={refusal}
          data-testid="refusal"
          onChange={(event) => {
            store.settings.refusal = event.target.value === 'android' ? 'android' : 'ios'
            setRefusal(store.settings.refusal)
          }}
        >
          <option value="ios">iOS</option>
          <option value="android">Android</option>
        </select>
      </label>
    </details>
  )
}

function makeStore(latest: { current: WorldState }): PhoneStore {
  const store = new PhoneStore()
  const chosen = localStorage.getItem('minitill-page:person')
  const known = latest.current.people.some((one) => one.id === chosen)
  store.settings.person = known && chosen !== null ? chosen : (latest.current.people[0]?.id ?? '')
  window.minitillPhone = createHost(store, () => latest.current)
  return store
}

function clearStorage(store: PhoneStore, world: WorldState): void {
  const prefix = `minitill:${world.apps[0]?.appid ?? ''}:${store.settings.person}:`
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(prefix)) localStorage.removeItem(key)
  }
  store.restart()
}
