// The people of this world: what they have, and more of them.
import { useState } from 'react'
import type { Person } from '../control.ts'
import { useSay } from '../language.ts'
import { fenOf, yuan } from '../read.ts'
import { api } from './api.ts'
import { Failure, useDeed } from './parts.tsx'

interface PeopleProps {
  people: readonly Person[]
  look(): Promise<void>
}

const SHOWN = 200

export function People({ people, look }: PeopleProps) {
  const say = useSay()
  return (
    <div data-testid="people">
      <AddPerson look={look} />
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{say('姓名', 'Name')}</th>
            <th scope="col">{say('手机号', 'Phone')}</th>
            <th scope="col">id</th>
            <th scope="col">{say('零钱（元）', 'Balance (yuan)')}</th>
          </tr>
        </thead>
        <tbody>
          {people.slice(0, SHOWN).map((person) => (
            <PersonRow key={person.id} person={person} look={look} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PersonRow({ person, look }: { person: Person; look(): Promise<void> }) {
  const say = useSay()
  const { busy, failed, run } = useDeed()
  const [wanted, setWanted] = useState<string | null>(null)
  const fen = wanted === null ? null : fenOf(wanted)
  const save = () =>
    run(async () => {
      if (fen === null) return
      await api.setBalance(person.id, fen)
      await look()
      setWanted(null)
    })
  return (
    <tr data-testid="person">
      <td>{person.name}</td>
      <td>
        <code>{person.phone}</code>
      </td>
      <td>
        <code>{person.id}</code>
      </td>
      <td>
        <form
          className="inline-form"
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <input
            className="money"
            inputMode="decimal"
            value={wanted ?? yuan(person.balance)}
            aria-label={say(`${person.name} 的零钱`, `Balance of ${person.name}`)}
            aria-invalid={wanted !== null && fen === null}
            data-testid={`balance-${person.id}`}
            onChange={(event) => setWanted(event.target.value)}
          />
          {wanted !== null && (
            <button type="submit" disabled={busy || fen === null}>
              {say('设定', 'Set')}
            </button>
          )}
          <Failure text={failed} />
        </form>
      </td>
    </tr>
  )
}

function AddPerson({ look }: { look(): Promise<void> }) {
  const say = useSay()
  const { busy, failed, run } = useDeed()
  const [name, setName] = useState('')
  const [balance, setBalance] = useState('1000.00')
  const fen = fenOf(balance)
  const add = () =>
    run(async () => {
      if (fen === null || name.trim() === '') return
      await api.addPerson(name.trim(), fen)
      setName('')
      await look()
    })
  return (
    <form
      className="inline-form add-person"
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <input
        value={name}
        maxLength={64}
        placeholder={say('新用户的姓名', 'Name of a new person')}
        aria-label={say('新用户的姓名', 'Name of a new person')}
        data-testid="new-person-name"
        onChange={(event) => setName(event.target.value)}
      />
      <input
        className="money"
        inputMode="decimal"
        value={balance}
        aria-label={say('零钱（元）', 'Balance (yuan)')}
        aria-invalid={fen === null}
        data-testid="new-person-balance"
        onChange={(event) => setBalance(event.target.value)}
      />
      <button
        type="submit"
        disabled={busy || fen === null || name.trim() === ''}
        data-testid="add-person"
      >
        {say('添加', 'Add')}
      </button>
      <Failure text={failed} />
    </form>
  )
}
