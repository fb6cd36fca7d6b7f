// Who lives in this world: mini programs, merchants, people.
import type { WorldState } from '../control.ts'
import { useTexts } from '../language.ts'
import { yuan } from '../read.ts'

export function World({ world }: { world: WorldState }) {
  const texts = useTexts()
  return (
    <div className="world" data-testid="world">
      <h4>{texts('people')}</h4>
      {world.people.map((person) => (
        <div className="line" key={person.id} data-testid="person">
          <b>{person.name === '' ? person.id : person.name}</b>
          <span>{person.phone}</span>
          <span className="amount">¥{yuan(person.balance)}</span>
        </div>
      ))}
      <h4>{texts('apps')}</h4>
      {world.apps.map((app) => (
        <div className="line" key={app.appid}>
          <b>{app.name}</b>
          <code>{app.appid}</code>
        </div>
      ))}
      <h4>{texts('merchants')}</h4>
      {world.merchants.map((merchant) => (
        <div className="line" key={merchant.mchid}>
          <code>{merchant.mchid}</code>
          <span>{merchant.verification}</span>
        </div>
      ))}
      <p className="empty">
        seed {world.seed}
        {Object.entries(world.counts).map(([name, count]) => ` · ${name} ${count}`)}
      </p>
    </div>
  )
}
