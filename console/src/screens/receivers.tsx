// Who is told of events: add one, give it a new secret, switch it off. A secret is seen once.
import { useState } from 'react'
import { Alert, Button, Input } from 'tdesign-react'
import type { ApiFailure } from '../api/api.ts'
import type { Receiver } from '../api/shapes.ts'
import { useTexts } from '../language.ts'
import { useLoaded } from '../loading.ts'
import { Copyable } from '../parts/copyable.tsx'
import { Moment } from '../parts/moment.tsx'
import { failureTitle } from '../parts/screen.tsx'
import { StatusTag } from '../parts/status-tag.tsx'
import { failureOf, useSession } from '../session.ts'

export function Receivers() {
  const texts = useTexts()
  const { api, signOut } = useSession()
  const loaded = useLoaded(api.receivers)
  const [secret, setSecret] = useState<string | null>(null)
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  const [busy, setBusy] = useState(false)
  /** One change at a time; what it tells is shown until the next one. */
  const change = async (make: () => Promise<string | null>): Promise<boolean> => {
    setBusy(true)
    setFailure(null)
    setSecret(null)
    try {
      setSecret(await make())
      loaded.reload()
      return true
    } catch (error) {
      const why = failureOf(error)
      if (why.status === 401) signOut(true)
      setFailure(why)
      return false
    } finally {
      setBusy(false)
    }
  }
  const rows = loaded.value ?? []
  return (
    <section className="card padded" data-testid="receivers">
      <h2>{texts('receivers')}</h2>
      <p>{texts('receiversAbout')}</p>
      {loaded.failure !== null && <Trouble failure={loaded.failure} />}
      {loaded.value !== null && rows.length === 0 && (
        <p className="faint">{texts('noReceivers')}</p>
      )}
      {rows.map((one) => (
        <ReceiverRow
          key={one.id}
          receiver={one}
          busy={busy}
          rotate={() => void change(() => api.rotateReceiver(one.id))}
          disable={() => void change(async () => api.disableReceiver(one.id).then(() => null))}
        />
      ))}
      {secret !== null && (
        <div data-testid="new-secret">
          <Alert theme="warning" title={texts('newSecret')} message={<Copyable text={secret} />} />
        </div>
      )}
      {failure !== null && <Trouble failure={failure} />}
      <AddReceiver busy={busy} add={(url, events) => change(() => api.addReceiver(url, events))} />
    </section>
  )
}

function Trouble({ failure }: { failure: ApiFailure }) {
  const texts = useTexts()
  return (
    <div data-testid="receiver-error">
      <Alert theme="error" title={failureTitle(failure, texts)} message={failure.message} />
    </div>
  )
}

function ReceiverRow(props: {
  receiver: Receiver
  busy: boolean
  rotate(): void
  disable(): void
}) {
  const texts = useTexts()
  const { url, events, status, oldSecretUntil } = props.receiver
  const isActive = status === 'active'
  return (
    <p data-testid="receiver">
      {!isActive && <StatusTag status={status} />} <code>{url}</code>{' '}
      <small>{events.join(', ')}</small>
      {oldSecretUntil !== null && (
        <small>
          {' '}
          {texts('oldSecretUntil')} <Moment at={oldSecretUntil} />
        </small>
      )}
      {isActive && (
        <>
          <Button variant="text" disabled={props.busy} data-testid="rotate" onClick={props.rotate}>
            {texts('rotate')}
          </Button>
          <Button
            variant="text"
            theme="danger"
            disabled={props.busy}
            data-testid="disable"
            onClick={props.disable}
          >
            {texts('disable')}
          </Button>
        </>
      )}
    </p>
  )
}

function AddReceiver(props: {
  busy: boolean
  add(url: string, events: string[]): Promise<boolean>
}) {
  const texts = useTexts()
  const [url, setUrl] = useState('')
  const [events, setEvents] = useState('*')
  const names = events.split(/[\s,，]+/).filter(Boolean)
  const add = async () => {
    if (await props.add(url.trim(), names)) setUrl('')
  }
  return (
    <div className="form" data-testid="add-receiver-form">
      <span data-testid="receiver-url">
        <Input value={url} placeholder={texts('receiverUrl')} onChange={setUrl} />
      </span>
      <span data-testid="receiver-events">
        <Input value={events} placeholder={texts('receiverEvents')} onChange={setEvents} />
      </span>
      <Button
        loading={props.busy}
        disabled={url.trim() === '' || names.length === 0}
        data-testid="add-receiver"
        onClick={() => void add()}
      >
        {texts('addReceiver')}
      </Button>
    </div>
  )
}
