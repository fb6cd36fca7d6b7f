// Status bar, navigation bar with its capsule, tab bar and home indicator.
import type { Chrome } from '../../../miniprogram/runtime/host.ts'
import type { PhoneStore } from './store.ts'

/** The time on the phone is the simulated one. */
export function StatusBar({ time }: { time: string }) {
  return (
    <div className="status-bar" data-testid="status-bar">
      <span className="status-time">{time}</span>
      <span className="status-icons">
        <svg width="18" height="12" viewBox="0 0 18 12" aria-hidden="true">
          <rect x="0" y="8" width="3" height="4" rx="1" />
          <rect x="5" y="5.5" width="3" height="6.5" rx="1" />
          <rect x="10" y="3" width="3" height="9" rx="1" />
          <rect x="15" y="0" width="3" height="12" rx="1" />
        </svg>
        <svg width="17" height="12" viewBox="0 0 17 12" aria-hidden="true">
          <path d="M8.5 2.4c2.4 0 4.5.9 6.1 2.5l1.2-1.2A10.300 10.300 0 0 0 8.500.7C5.700.7 3.100 1.800 1.200 3.700l1.200 1.200a8.600 8.600 0 0 1 6.100-2.500zM8.500 6c1.400 0 2.600.5 3.600 1.400l1.200-1.200a6.900 6.900 0 0 0-9.600 0l1.200 1.200c1-.9 2.200-1.400 3.600-1.400zM8.500 9.300l2.200-.600a3.100 3.100 0 0 0-4.400 0l2.200 3.300 2.200-3.300z" />
        </svg>
        <span className="battery">
          <i />
        </span>
      </span>
    </div>
  )
}

export function NavigationBar({ chrome, store }: { chrome: Chrome; store: PhoneStore }) {
  return (
    <div className={`nav-bar${chrome.custom ? ' nav-custom' : ''}`}>
      {!chrome.custom && chrome.depth > 1 && (
        <button
          type="button"
          className="nav-back"
          aria-label="返回"
          data-testid="nav-back"
          onClick={() => store.runtime?.back()}
        >
          <svg width="12" height="22" viewBox="0 0 12 22" aria-hidden="true">
            <path
              d="M10.500 1.500 2 11l8.500 9.500"
              fill="none"
              stroke="currentColor"
              strokeWidth="2"
            />
          </svg>
        </button>
      )}
      {!chrome.custom && (
        <h1 className="nav-title" data-testid="nav-title">
          {chrome.loading && <span className="spinner spinner-small" />}
          {chrome.title}
        </h1>
      )}
      <Capsule store={store} />
    </div>
  )
}

function Capsule({ store }: { store: PhoneStore }) {
  return (
    <div className="capsule" data-testid="capsule">
      <button
        type="button"
        aria-label="更多"
        data-testid="capsule-menu"
        onClick={() => void openMenu(store)}
      >
        <i className="dot" />
        <i className="dot dot-big" />
        <i className="dot" />
      </button>
      <button
        type="button"
        aria-label="关闭"
        data-testid="capsule-close"
        onClick={() => store.leave()}
      >
        <i className="ring" />
      </button>
    </div>
  )
}

async function openMenu(store: PhoneStore): Promise<void> {
  const items = ['重新进入小程序', '下拉刷新']
  const options = { items, color: '#000000', alertText: '' }
  const index = await store.ask<number | null>((answer) => ({ kind: 'actions', options, answer }))
  if (index === 0) store.restart()
  if (index === 1) store.runtime?.pullDown()
}

export function TabBar({ chrome, store }: { chrome: Chrome; store: PhoneStore }) {
  const bar = chrome.tabBar
  if (bar === null) return null
  return (
    <div
      className={`tab-bar border-${bar.borderStyle}`}
      role="tablist"
      style={{ background: bar.background }}
    >
      {bar.items.map((item, index) => {
        const on = index === bar.selected
        const icon = on ? item.selectedIcon : item.icon
        return (
          <button
            type="button"
            role="tab"
            aria-selected={on}
            // biome-ignore lint/suspicious/noArrayIndexKey: tabs never change their order
            key={index}
            className={icon === null ? 'tab tab-text' : 'tab'}
            style={{ color: on ? bar.selectedColor : bar.color }}
            data-testid={`tab-${index}`}
            onClick={() => store.runtime?.selectTab(index)}
          >
            {icon !== null && <img src={icon} alt="" />}
            <span>{item.text}</span>
            {item.badge !== '' && (
              <b className={item.badge === '·' ? 'badge badge-dot' : 'badge'}>{item.badge}</b>
            )}
          </button>
        )
      })}
    </div>
  )
}

export function HomeIndicator({ store, dark }: { store: PhoneStore; dark: boolean }) {
  return (
    <button
      type="button"
      className={dark ? 'home-indicator on-dark' : 'home-indicator'}
      aria-label="主屏幕 Home"
      title="Home"
      data-testid="home-indicator"
      onClick={() => store.leave()}
    />
  )
}
