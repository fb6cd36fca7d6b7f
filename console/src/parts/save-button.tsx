// The button that saves what a dialog asks for; it does nothing while something is missing.
const CLASS = 't-button t-button--theme-primary t-button--variant-base'

export function SaveButton(props: {
  words: string
  blocked: boolean
  testId: string
  save(): Promise<void>
}) {
  const { words, blocked, testId, save } = props
  return (
    <button
      type="button"
      className={blocked ? `${CLASS} t-is-disabled` : CLASS}
      disabled={blocked}
      data-testid={testId}
      onClick={() => void save()}
    >
      {words}
    </button>
  )
}
