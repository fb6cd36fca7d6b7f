// Which language the reader sees, and the texts in it.
import { createContext, useContext } from 'react'
import { isTextName, TEXTS, type TextName } from './texts.ts'

export type Language = 'zh' | 'en'
export type Texts = (name: TextName, n?: number | string) => string

const KEY = 'minitill-console:language'

export const LanguageContext = createContext<Language>('zh')
export const ChooseLanguageContext = createContext<(language: Language) => void>(() => undefined)

/** A function that gives a text in the reader's language; `{n}` in it becomes the number or the amount. */
export function useTexts(): Texts {
  const language = useContext(LanguageContext)
  return (name, n) => TEXTS[name][language === 'zh' ? 0 : 1].replace('{n}', String(n ?? ''))
}

/** The text of a word that came from the server, or the word itself when it is a new one. */
export function wordText(texts: Texts, word: string): string {
  return isTextName(word) ? texts(word) : word
}

/** Chinese for Chinese browsers, unless the reader chose otherwise. */
export function initialLanguage(): Language {
  const chosen = localStorage.getItem(KEY)
  if (chosen === 'zh' || chosen === 'en') return chosen
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en'
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEY, language)
}
