// The console: the door, and behind it the screens.
import { useCallback, useEffect, useMemo, useState } from 'react'
import { ConfigProvider } from 'tdesign-react'
import enUs from 'tdesign-react/es/locale/en_US'
import zhCn from 'tdesign-react/es/locale/zh_CN'
import { openApi } from './api/api.ts'
import {
  ChooseLanguageContext,
  initialLanguage,
  keepLanguage,
  type Language,
  LanguageContext,
} from './language.ts'
import { SignIn } from './screens/sign-in.tsx'
import { forgetToken, keepToken, keptToken, type Session, SessionContext } from './session.ts'
import { Shell } from './shell.tsx'

export function App() {
  const [language, setLanguage] = useState(initialLanguage)
  const choose = useCallback((chosen: Language) => {
    keepLanguage(chosen)
    setLanguage(chosen)
  }, [])
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
    document.title = language === 'zh' ? 'Minitill · 收银后台' : 'Minitill · Console'
  }, [language])
  return (
    <ConfigProvider globalConfig={language === 'zh' ? zhCn : enUs}>
      <ChooseLanguageContext value={choose}>
        <LanguageContext value={language}>
          <House language={language} />
        </LanguageContext>
      </ChooseLanguageContext>
    </ConfigProvider>
  )
}

function House({ language }: { language: Language }) {
  const [token, setToken] = useState(keptToken)
  const [refused, setRefused] = useState(false)
  const signOut = useCallback((byServer: boolean) => {
    forgetToken()
    setRefused(byServer)
    setToken(null)
  }, [])
  const session = useMemo<Session | null>(
    () => (token === null ? null : { api: openApi(token, language), signOut }),
    [token, language, signOut],
  )
  if (session === null) {
    const signIn = (given: string) => {
      keepToken(given)
      setToken(given)
    }
    return <SignIn language={language} refused={refused} signIn={signIn} />
  }
  return (
    <SessionContext value={session}>
      <Shell />
    </SessionContext>
  )
}
