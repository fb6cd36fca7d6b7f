// The phone with the few things beside it that a real phone does not have.
import { useEffect, useRef, useState } from 'react'
import { Button, Radio, Select } from 'tdesign-react'
import { control, type WorldState } from './control.ts'
import { useTexts } from './language.ts'
import { createHost } from './phone/host.ts'
import { Phone } from './phone/phone.tsx'
import { type Problem, problemsOf } from './phone/problems.tsx'
import { PhoneStore } from './phone/store.ts'
import { fieldsOf, textOf, yuan } from './read.ts'
import { clockText } from './world.ts'

/** Shown once the world is known, as the mini program needs its appid and person. */
export function PhonePanel({ world }: { world: WorldState }) {
  // The mini program asks at any time, so it is given a place to look, not one state of the world.
  const latest = useRef(world)
  latest.current = world
  const [store] = useState(() => makeStore(latest))
  const [person, setPerson] = useState(store.settings.person)
  const { name, problems } = useProgram(store)
  const choosePerson = (id: string) => {
    store.settings.person = id
    localStorage.setItem('minitill-page:person', id)
    setPerson(id)
    store.restart()
  }
  return (
    <section className="phone-panel">
      <Phone {...{ store, problems }} name={name} time={clockText(world.now)} />
      <Controls {...{ store, world, person, choosePerson }} />
    </section>
  )
}

interface ControlsProps {
  store: PhoneStore
  world: WorldState
  person: string
  choosePerson(id: string): void
}

function Controls({ store, world, person, choosePerson }: ControlsProps) {
  const texts = useTexts()
  return (
    <div className="phone-controls">
      <div className="control">
        <span>{texts('person')}</span>
        <Select
          size="small"
          value={person}
          data-testid="person-select"
          onChange={(value) => choosePerson(String(value))}
          options={world.people.map((one) => ({
            value: one.id,
            label: `${one.name === '' ? one.id : one.name} · ¥${yuan(one.balance)}`,
          }))}
        />
      </div>
      <div className="control">
        <span>{texts('refusal')}</span>
        <RefusalChoice store={store} />
      </div>
      <div className="phone-buttons">
        <Button
          size="small"
          variant="outline"
          data-testid="restart"
          onClick={() => store.restart()}
        >
          {texts('restart')}
        </Button>
        <Button
          size="small"
          variant="outline"
          data-testid="clear-storage"
          onClick={() => clearStorage(store, world)}
        >
          {texts('clearData')}
        </Button>
      </div>
      <p className="hint" data-testid="password-hint">
        {texts('passwordHint')}
      </p>
    </div>
  )
}

function RefusalChoice({ store }: { store: PhoneStore }) {
  const [refusal, setRefusal] = useState(store.settings.refusal)
  return (
    <Radio.Group
      size="small"
      variant="default-filled"
      value={refusal}
      onChange={(value) => {
        store.settings.refusal = value === 'android' ? 'android' : 'ios'
        setRefusal(store.settings.refusal)
      }}
    >
      <Radio.Button value="ios">iOS</Radio.Button>
      <Radio.Button value="android">Android</Radio.Button>
    </Radio.Group>
  )
}

function makeStore(latest: { current: WorldState }): PhoneStore {
  const store = new PhoneStore()
  const chosen = localStorage.getItem('minitill-page:person')
  const known = latest.current.people.some((one) => one.id === chosen)
  store.settings.person = known && chosen !== null ? chosen : (latest.current.people[0]?.id ?? '')
  window.minitillPhone = createHost(store, () => latest.current)
  return store
}

function useProgram(store: PhoneStore): { name: string; problems: Problem[] } {
  const [program, setProgram] = useState<{ name: string; problems: Problem[] }>({
    name: '小程序',
    problems: [],
  })
  useEffect(() => {
    let life = -1
    const look = () => {
      if (store.get().life === life || store.get().life === 0) return
      life = store.get().life
      control.program().then(
        (answer) => {
          const window = fieldsOf(fieldsOf(answer['app'])['window'])
          const name = textOf(window['navigationBarTitleText'], '小程序')
          setProgram({ name, problems: problemsOf(answer['problems']) })
        },
        () => undefined,
      )
    }
    look()
    return store.subscribe(look)
  }, [store])
  return program
}

function clearStorage(store: PhoneStore, world: WorldState): void {
  const prefix = `minitill:${world.apps[0]?.appid ?? ''}:${store.settings.person}:`
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(prefix)) localStorage.removeItem(key)
  }
  store.restart()
}
