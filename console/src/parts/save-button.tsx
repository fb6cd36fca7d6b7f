// The button that saves what a dialog asks for; it does nothing while something is missing.
const MAIN = 't-button t-button--theme-primary t-button--variant-base'
const BESIDE = 't-button t-button--theme-default t-button--variant-outline'

export function SaveButton(props: {
  words: string
  blocked: boolean
  testId: string
  /** Not what the reader is led to. */
  beside?: boolean
  save(): Promise<void>
}) {
  const { words, blocked, testId, beside = false, save } = props
  const look = beside ? BESIDE : MAIN
  return (
    <button
      type="button"
      className={blocked ? `${look} t-is-disabled` : look}
      disabled={blocked}
      data-testid={testId}
      onClick={() => void save()}
    >
      {words}
    </button>
  )
}
