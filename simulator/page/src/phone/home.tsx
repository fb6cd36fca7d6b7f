// The phone's home screen: where the person is after leaving, with the icon to come back.
import { CardList, type Cards } from './cards.tsx'
import type { PhoneStore } from './store.ts'

const DOCK = [
  ['phone', 'M9 4l5 6-3 4c2 4 5 7 9 9l4-3 6 5c0 3-3 6-6 5C14 28 6 20 4 10c-1-3 2-6 5-6z'],
  [
    'web',
    'M17 2a15 15 0 1 0 0 30 15 15 0 0 0 0-30zm7 8-4 10-10 4 4-10zm-7 5a2 2 0 1 0 0 4 2 2 0 0 0 0-4z',
  ],
  [
    'wechat',
    'M14 5C7 5 2 9 2 15c0 3 2 6 4 7l-1 4 5-2h4c-1-7 5-12 12-12-1-4-6-7-12-7zm10 9c-5 0-9 3-9 8s4 8 9 8l3-1 4 2-1-4c2-1 3-3 3-5 0-5-4-8-9-8z',
  ],
  ['music', 'M13 7l16-4v20a5 4 0 1 1-3-4V11l-10 2.500V26a5 4 0 1 1-3-4z'],
]

interface HomeProps {
  store: PhoneStore
  name: string
  time: string
  landed: Cards
}

export function Home({ store, name, time, landed }: HomeProps) {
  return (
    <div className="home" data-testid="home">
      <p className="home-clock">{time}</p>
      <CardList {...landed} />
      <div className="home-icons">
        <button
          type="button"
          className="home-app"
          data-testid="reopen"
          aria-label={name}
          onClick={() => store.open()}
        >
          <i className="app-icon" />
          <span>{name}</span>
        </button>
      </div>
      <div className="home-dock">
        {DOCK.map(([name, path]) => (
          <i className={`dock-icon dock-${name}`} key={name}>
            <svg width="34" height="34" viewBox="0 0 34 34" aria-hidden="true">
              <path d={path} fill="#fff" fillRule="evenodd" />
            </svg>
          </i>
        ))}
      </div>
    </div>
  )
}
