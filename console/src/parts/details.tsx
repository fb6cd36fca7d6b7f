// What the server tells beside a task or a difference, a name and a value each.
import { yuanText } from '../amounts.ts'
import { type Fields, textOf } from '../api/read.ts'
import { useTexts } from '../language.ts'
import { Copyable } from './copyable.tsx'
import { Moment } from './moment.tsx'

const OF_MONEY = /(^|_)(amount|total|fen|price|received)$/
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

/** The rows of a `dl`. */
export function Details({ of }: { of: Fields }) {
  return Object.entries(of).map(([name, value]) => (
    <Detail key={name} name={name} value={value} inFen={isFen(name, of)} />
  ))
}

function Detail(props: { name: string; value: unknown; inFen: boolean }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>
        <DetailValue value={props.value} inFen={props.inFen} />
      </dd>
    </>
  )
}

/** Whether a number of this name is an amount in fen: what came in a foreign currency is none. */
function isFen(name: string, detail: Fields): boolean {
  const currency = textOf(detail['currency'], 'CNY')
  return OF_MONEY.test(name) && (name.endsWith('_fen') || currency === 'CNY')
}

/** Amounts in yuan, times in local time, short texts to copy, the rest as it is. */
function DetailValue({ value, inFen }: { value: unknown; inFen: boolean }) {
  const texts = useTexts()
  if (value === null || value === undefined || value === '') {
    return <span className="faint">{texts('none')}</span>
  }
  if (typeof value === 'number' && Number.isSafeInteger(value) && inFen) {
    return <span className="amount">{yuanText(value)}</span>
  }
  if (typeof value === 'string' && RFC_3339.test(value)) return <Moment at={value} />
  if (typeof value === 'string' && /^\S{6,}$/.test(value)) return <Copyable text={value} />
  if (typeof value === 'object') return <pre>{JSON.stringify(value, null, 2)}</pre>
  return <>{String(value)}</>
}
