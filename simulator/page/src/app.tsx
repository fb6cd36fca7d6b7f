// The page: the phone, and beside it what went on between it and the servers.
import { useEffect, useState } from 'react'
import { Alert, Radio } from 'tdesign-react'
import { Inspector } from './inspector/inspector.tsx'
import { initialLanguage, type Language, LanguageContext, useTexts } from './language.ts'
import { PhonePanel } from './phone-panel.tsx'
import { useWorld } from './world.ts'

export function App() {
  const [language, setLanguage] = useState(initialLanguage)
  const choose = (chosen: Language) => {
    localStorage.setItem('minitill-page:language', chosen)
    setLanguage(chosen)
  }
  return (
    <LanguageContext value={language}>
      <Page language={language} choose={choose} />
    </LanguageContext>
  )
}

function Page({ language, choose }: { language: Language; choose(chosen: Language): void }) {
  const texts = useTexts()
  const { world, failed, refresh } = useWorld()
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => setHash(location.hash)
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  const inspecting = hash.startsWith('#/inspector')
  return (
    <div className={inspecting ? 'page page-inspector' : 'page'}>
      <header className="page-header">
        <strong>
          <i className="logo" /> Minitill
        </strong>
        <span>{texts('title')}</span>
        <nav>
          <a href="#/" aria-current={!inspecting} data-testid="go-phone">
            {texts('phone')}
          </a>
          <a href="#/inspector" aria-current={inspecting} data-testid="go-inspector">
            {texts('inspector')}
          </a>
        </nav>
        <Radio.Group
          size="small"
          variant="default-filled"
          value={language}
          onChange={(value) => choose(value === 'en' ? 'en' : 'zh')}
        >
          <Radio.Button value="zh">中文</Radio.Button>
          <Radio.Button value="en">English</Radio.Button>
        </Radio.Group>
      </header>
      {failed && <Alert theme="error" message={texts('unreachable')} />}
      {world !== null && (
        <main>
          <PhonePanel world={world} />
          <Inspector world={world} refresh={refresh} />
        </main>
      )}
    </div>
  )
}
