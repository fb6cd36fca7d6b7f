// The page: the phone, and beside it what went on between it and the servers.
import { useState } from 'react'
import { ArmedBanner } from './inspector/banner.tsx'
import { Inspector } from './inspector/inspector.tsx'
import { initialLanguage, type Language, LanguageContext, useSay } from './language.ts'
import { type Known, type Live, useLive } from './live.ts'
import { PhonePanel } from './phone-panel.tsx'

export function App() {
  const [language, setLanguage] = useState(initialLanguage)
  const { live, known } = useLive()
  const choose = (chosen: Language) => {
    localStorage.setItem('minitill-page:language', chosen)
    document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en'
    setLanguage(chosen)
  }
  return (
    <LanguageContext value={language}>
      <div className="page">
        <Top {...{ known, language, choose }} />
        <Unreachable known={known} />
        <ArmedBanner {...{ live, known }} />
        {known.world !== null && <Main {...{ live, known }} />}
      </div>
    </LanguageContext>
  )
}

function Main({ live, known }: { live: Live; known: Known }) {
  if (known.world === null) return null
  return (
    <main>
      <PhonePanel known={known} world={known.world} />
      <Inspector live={live} known={known} world={known.world} />
    </main>
  )
}

interface TopProps {
  known: Known
  language: Language
  choose(language: Language): void
}

function Top({ known, language, choose }: TopProps) {
  const say = useSay()
  const state = known.connected ? 'on' : 'off'
  return (
    <header className="top">
      <strong>
        <i className="logo" /> Minitill
      </strong>
      <span className="tagline">{say('微信模拟器', 'WeChat in a box')}</span>
      <nav aria-label={say('页面', 'Page')}>
        <a href="#phone" data-testid="go-phone">
          {say('手机', 'Phone')}
        </a>
        <a href="#inspector" data-testid="go-inspector">
          {say('检查器', 'Inspector')}
        </a>
      </nav>
      <span className={`live live-${state}`} data-testid="live" data-state={state}>
        <i />
        {known.connected ? say('实时', 'Live') : say('连接中…', 'Connecting…')}
      </span>
      <fieldset className="segmented" aria-label={say('语言', 'Language')}>
        {(['zh', 'en'] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={language === one}
            data-testid={`language-${one}`}
            onClick={() => choose(one)}
          >
            {one === 'zh' ? '中文' : 'English'}
          </button>
        ))}
      </fieldset>
    </header>
  )
}

function Unreachable({ known }: { known: Known }) {
  const say = useSay()
  if (!known.failed) return null
  return (
    <p className="unreachable" role="alert">
      {say(
        '模拟器没有应答：它还在运行吗？页面会自动重连。',
        'The simulator does not answer: does it still run? This page reconnects by itself.',
      )}
    </p>
  )
}
