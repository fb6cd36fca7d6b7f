// What /readyz says, asked again every ten seconds.
import { useCallback, useContext, useEffect } from 'react'
import type { Health as ServerHealth } from '../api/shapes.ts'
import { LanguageContext, useTexts } from '../language.ts'
import { useLoaded } from '../loading.ts'
import { Icon } from '../parts/icon.tsx'
import { momentText } from '../parts/moment.tsx'
import { Screen } from '../parts/screen.tsx'
import { useSession } from '../session.ts'

const AGAIN_MS = 10_000

export function Health() {
  const { api } = useSession()
  const loaded = useLoaded(
    useCallback(async () => ({ ...(await api.health()), at: new Date().toISOString() }), [api]),
  )
  const { reload } = loaded
  useEffect(() => {
    const timer = setInterval(reload, AGAIN_MS)
    return () => clearInterval(timer)
  })
  return (
    <Screen title="health" about="healthAbout" loaded={loaded}>
      {/* An old good answer must not stand beside the news that the server is gone. */}
      {(health) => (loaded.failure === null ? <Answer health={health} at={health.at} /> : null)}
    </Screen>
  )
}

function Answer({ health, at }: { health: ServerHealth; at: string }) {
  const texts = useTexts()
  const language = useContext(LanguageContext)
  return (
    <div className={health.ready ? 'card health' : 'card health health-bad'} data-testid="health">
      <span className="health-mark">
        <Icon name={health.ready ? 'done' : 'health'} size={26} />
      </span>
      <div>
        <h2>{texts(health.ready ? 'ready' : 'notReady')}</h2>
        <p>{texts(health.ready ? 'readyAbout' : 'notReadyAbout')}</p>
        {health.reasons.length > 0 && (
          <ul>
            {health.reasons.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
        <small className="faint">
          {texts('askedAt')} {momentText(at, language)}
        </small>
      </div>
    </div>
  )
}
