// The door: the admin key, and where it is.
import { useState } from 'react'
import { Alert, Input } from 'tdesign-react'
import { beginSession } from '../api/api.ts'
import { type Language, useTexts } from '../language.ts'
import { Icon } from '../parts/icon.tsx'
import { LanguageSwitch } from '../parts/language-switch.tsx'
import { failureTitle } from '../parts/screen.tsx'
import { failureOf } from '../session.ts'

interface SignInProps {
  language: Language
  /** The server stopped taking the token of a moment ago. */
  refused: boolean
  signIn(token: string): void
}

export function SignIn({ language, refused, signIn }: SignInProps) {
  const texts = useTexts()
  const [key, setKey] = useState('')
  const [said, say] = useState(refused ? texts('signedOutByServer') : '')
  const [busy, setBusy] = useState(false)
  const enter = async () => {
    const given = key.trim()
    if (!/^sk_[\x21-\x7e]{1,253}$/.test(given)) return say(texts('keyShape'))
    setBusy(true)
    try {
      signIn(await beginSession(given, language))
    } catch (error) {
      const why = failureOf(error)
      const other = [failureTitle(why, texts), why.message].filter(Boolean).join(': ')
      say(why.status === 401 ? texts('keyRefused') : other)
      setBusy(false)
    }
  }
  return (
    <div className="door">
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void enter()
        }}
      >
        <i className="logo logo-big" />
        <h1>Minitill</h1>
        <p>{texts('console')}</p>
        <KeyField value={key} change={setKey} />
        {said !== '' && (
          <div data-testid="sign-in-error">
            <Alert theme="error" message={said} />
          </div>
        )}
        <button
          type="submit"
          className="t-button t-button--theme-primary t-button--variant-base t-size-l"
          disabled={busy}
          data-testid="sign-in"
        >
          {texts('signIn')}
        </button>
        <small>{texts('keyWhere')}</small>
        <small>{texts('keyKept')}</small>
      </form>
      <LanguageSwitch />
    </div>
  )
}

function KeyField({ value, change }: { value: string; change(value: string): void }) {
  const texts = useTexts()
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: TDesign's Input is the control in it.
    <label data-testid="key">
      {texts('adminKey')}
      <Input
        size="large"
        type="password"
        autocomplete="off"
        placeholder="sk_…"
        prefixIcon={<Icon name="key" size={16} />}
        value={value}
        onChange={(text) => change(text)}
      />
    </label>
  )
}
