// Over the whole page while anything is to go wrong on purpose, so that nobody hunts a ghost.
import type { Fault } from '../control.ts'
import { useLanguage, useSay } from '../language.ts'
import type { Known, Live } from '../live.ts'
import { api } from './api.ts'
import { kindWords } from './kinds.ts'
import { Failure, useDeed } from './parts.tsx'
import { titleOf } from './stories.ts'

/** Faults that were armed together, as one. */
export interface ArmedGroup {
  id: string
  preset: string | null
  faults: Fault[]
}

/** Lines of one preset have ids that begin with the first one's: `f1`, `f1.2`, … */
export function groupsOf(armed: readonly Fault[]): ArmedGroup[] {
  const groups = new Map<string, ArmedGroup>()
  for (const fault of armed) {
    const id = fault.preset === null ? fault.id : (fault.id.split('.')[0] ?? fault.id)
    const group = groups.get(id) ?? { id, preset: fault.preset, faults: [] }
    group.faults.push(fault)
    groups.set(id, group)
  }
  return [...groups.values()]
}

export function ArmedBanner({ live, known }: { live: Live; known: Known }) {
  const say = useSay()
  const { busy, failed, run } = useDeed()
  const groups = groupsOf(known.world?.armed ?? [])
  if (groups.length === 0) return null
  const disarm = (deed: () => Promise<unknown>) => run(() => deed().then(() => live.look()))
  return (
    <aside className="armed" role="status" data-testid="armed-faults">
      <b>{say('故障已启用', 'Faults armed')}</b>
      <ul>
        {groups.map((group) => (
          <li key={group.id}>
            <GroupName group={group} />
            <button
              type="button"
              disabled={busy}
              aria-label={say('解除', 'Disarm')}
              data-testid={`banner-disarm-${group.id}`}
              onClick={() => void disarm(() => api.disarm(group.id))}
            >
              ✕
            </button>
          </li>
        ))}
      </ul>
      <Failure text={failed} />
      <button
        type="button"
        className="armed-all"
        disabled={busy}
        data-testid="disarm-all"
        onClick={() => void disarm(api.disarmAll)}
      >
        {say('全部解除', 'Disarm all')}
      </button>
    </aside>
  )
}

/** A preset's title, or point and kind; and how often it struck and will strike. */
export function GroupName({ group }: { group: ArmedGroup }) {
  const say = useSay()
  const language = useLanguage()
  const [first] = group.faults
  if (first === undefined) return null
  const name =
    group.preset === null
      ? `${first.point} · ${kindWords(first.kind)[language]}`
      : titleOf(group.preset)[language]
  const fired = group.faults.reduce((sum, fault) => sum + fault.fired, 0)
  const notes: string[] = []
  if (first.remaining !== null)
    notes.push(say(`还剩 ${first.remaining} 次`, `${first.remaining} left`))
  if (first.probability < 1) {
    notes.push(`${Math.round(first.probability * 100)}%`) // percent
  }
  if (fired > 0) notes.push(say(`已发生 ${fired} 次`, `struck ${fired}×`))
  return (
    <span>
      {name} {notes.length > 0 && <small>{notes.join(' · ')}</small>}
    </span>
  )
}
