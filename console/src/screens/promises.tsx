// The promises about money: what is always true, and whether the last look at the data found it so.
import { useContext, useState } from 'react'
import { Button } from 'tdesign-react'
import type { LivePromise } from '../api/shapes.ts'
import { LanguageContext, useTexts } from '../language.ts'
import { useLoaded } from '../loading.ts'
import { Copyable } from '../parts/copyable.tsx'
import { Icon } from '../parts/icon.tsx'
import { Moment } from '../parts/moment.tsx'
import { Screen } from '../parts/screen.tsx'
import { StatusTag } from '../parts/status-tag.tsx'
import { failureOf, useSession } from '../session.ts'

export function Promises() {
  const { api } = useSession()
  const loaded = useLoaded(api.promises)
  return (
    <Screen title="promises" about="promisesAbout" loaded={loaded} tools={<CheckNow />}>
      {(promises) => (
        <>
          <Summary promises={promises} />
          {promises.map((promise) => (
            <PromiseCard key={promise.id} promise={promise} />
          ))}
        </>
      )}
    </Screen>
  )
}

function CheckNow() {
  const { api } = useSession()
  const texts = useTexts()
  const [said, setSaid] = useState('')
  const ask = () => {
    api.checkPromises().then(
      () => setSaid(texts('checkAsked')),
      (error: unknown) => setSaid(failureOf(error).message || texts('failed')),
    )
  }
  return (
    <div className="tools">
      <Button variant="outline" data-testid="check-promises" onClick={ask}>
        {texts('checkNow')}
      </Button>
      <small role="status" data-testid="check-said">
        {said}
      </small>
    </div>
  )
}

/** "10 live promises, 10 kept, last checked …": all of them, or it is bad news. */
function Summary({ promises }: { promises: LivePromise[] }) {
  const texts = useTexts()
  const kept = promises.filter(({ status }) => status === 'kept').length
  const looks = promises.flatMap(({ checkedAt }) => (checkedAt === null ? [] : [checkedAt]))
  const oldest = looks.toSorted()[0] ?? null
  const isGood = kept === promises.length
  const words = texts(oldest === null ? 'promisesUnchecked' : 'promisesKept', promises.length)
  return (
    <div className={isGood ? 'card health' : 'card health health-bad'} data-testid="promises-sum">
      <span className="health-mark">
        <Icon name={isGood ? 'done' : 'promises'} size={26} />
      </span>
      <h2>
        {words.replace('{kept}', String(kept))} {oldest !== null && <Moment at={oldest} />}
      </h2>
    </div>
  )
}

function PromiseCard({ promise }: { promise: LivePromise }) {
  const texts = useTexts()
  const language = useContext(LanguageContext)
  const isBroken = promise.status === 'broken'
  return (
    <article
      className={isBroken ? 'card promise promise-bad' : 'card promise'}
      data-testid="promise"
      data-promise={promise.id}
    >
      <header>
        <code>{promise.id}</code>
        <span className="promise-text">{promise.text[language]}</span>
        <StatusTag status={promise.status} />
      </header>
      {isBroken && (
        <>
          <p className="bad">
            {texts('brokenBy', promise.brokenCount)} <Moment at={promise.brokenSince} />
          </p>
          <ul data-testid="breaches">
            {promise.broken.map(({ subject, why }) => (
              <li key={`${subject} ${why}`}>
                <Copyable text={subject} /> {why}
              </li>
            ))}
          </ul>
        </>
      )}
      <footer>
        {texts('rowsChecked')} {promise.rowsChecked} · {texts('tookMs')} {promise.tookMs} ms ·{' '}
        <Moment at={promise.checkedAt} />
      </footer>
    </article>
  )
}
