// The frame of every screen: what it is, a way to look again, and what to say when there is nothing.
import type { ReactNode } from 'react'
import { Alert, Button, Skeleton } from 'tdesign-react'
import type { ApiFailure } from '../api/api.ts'
import { type Texts, useTexts } from '../language.ts'
import type { Loaded } from '../loading.ts'
import type { TextName } from '../texts.ts'
import { Icon, type IconName } from './icon.tsx'

export function Screen<T>(props: {
  title: TextName
  about: TextName
  loaded: Loaded<T>
  tools?: ReactNode
  children(value: T): ReactNode
}) {
  const texts = useTexts()
  const { value, failure, busy, reload } = props.loaded
  return (
    <section className="screen">
      <header className="screen-head">
        <div>
          <h1 data-testid="screen-title">{texts(props.title)}</h1>
          <p>{texts(props.about)}</p>
        </div>
        <Button
          variant="outline"
          icon={<Icon name="again" size={15} />}
          loading={busy}
          data-testid="refresh"
          onClick={reload}
        >
          {texts('refresh')}
        </Button>
      </header>
      {props.tools}
      {failure !== null && <Failure failure={failure} retry={reload} />}
      {value !== null && props.children(value)}
      {value === null && failure === null && <Loading />}
    </section>
  )
}

function Loading() {
  const texts = useTexts()
  return (
    <div className="card padded" role="status" aria-label={texts('loading')} data-testid="loading">
      <Skeleton animation="gradient" rowCol={[{ width: '40%' }, 1, 1, 1, { width: '70%' }]} />
    </div>
  )
}

function Failure({ failure, retry }: { failure: ApiFailure; retry(): void }) {
  const texts = useTexts()
  return (
    <div data-testid="failure" className="failure">
      <Alert
        theme="error"
        title={failureTitle(failure, texts)}
        message={failure.message === '' ? failure.code : `${failure.message} (${failure.code})`}
        operation={
          <button type="button" className="link" data-testid="retry" onClick={retry}>
            {texts('again')}
          </button>
        }
      />
    </div>
  )
}

export function failureTitle(failure: ApiFailure, texts: Texts): string {
  if (failure.code === 'unreachable') return texts('unreachable')
  return texts(failure.code === 'not_understood' ? 'notUnderstood' : 'failed')
}

export function EmptyState(props: { icon: IconName; title: TextName; about: TextName }) {
  const texts = useTexts()
  return (
    <div className="empty" data-testid="empty">
      <span>
        <Icon name={props.icon} size={30} />
      </span>
      <b>{texts(props.title)}</b>
      <p>{texts(props.about)}</p>
    </div>
  )
}

export function MoreRows(props: { hasMore: boolean; busy: boolean; more(): void }) {
  const texts = useTexts()
  return (
    <footer className="more">
      {props.hasMore ? (
        <Button variant="text" loading={props.busy} data-testid="load-more" onClick={props.more}>
          {texts('loadMore')}
        </Button>
      ) : (
        <small>{texts('allLoaded')}</small>
      )}
    </footer>
  )
}
