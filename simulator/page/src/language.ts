// The page's own texts in two languages, side by side where they are used. What the phone itself
// says stays Chinese, as in WeChat.
import { createContext, useContext } from 'react'

export type Language = 'zh' | 'en'

/** One text in both languages. */
export interface Words {
  readonly zh: string
  readonly en: string
}

export const LanguageContext = createContext<Language>('zh')

export function useLanguage(): Language {
  return useContext(LanguageContext)
}

/** A function that chooses the text in the reader's language. */
export function useSay(): (zh: string, en: string) => string {
  const language = useContext(LanguageContext)
  return (zh, en) => (language === 'zh' ? zh : en)
}

/** Chinese for Chinese browsers, unless the reader chose otherwise. */
export function initialLanguage(): Language {
  const chosen = localStorage.getItem('minitill-page:language')
  if (chosen === 'zh' || chosen === 'en') return chosen
  return navigator.language.startsWith('zh') ? 'zh' : 'en'
}
