// What goes wrong on purpose: stories to arm, and any single fault of the menu.
import { useState } from 'react'
import type { Fault } from '../control.ts'
import { useLanguage, useSay, type Words } from '../language.ts'
import { api, type Dose, type FaultMenu } from './api.ts'
import { type ArmedGroup, GroupName, groupsOf } from './banner.tsx'
import { kindWords } from './kinds.ts'
import { Failure, useDeed } from './parts.tsx'
import { titleOf } from './stories.ts'

interface FaultsProps {
  menu: FaultMenu
  armed: readonly Fault[]
  look(): Promise<void>
}

export function Faults({ menu, armed, look }: FaultsProps) {
  const say = useSay()
  const { busy, failed, run } = useDeed()
  const change = (deed: () => Promise<unknown>) => void run(() => deed().then(look))
  const groups = groupsOf(armed)
  return (
    <div className="faults" data-testid="faults">
      <Failure text={failed} />
      <OneFault {...{ menu, busy, change }} />
      {groups.length === 0 && (
        <p className="none">{say('未启用任何故障。', 'No fault is armed.')}</p>
      )}
      <div className="stories">
        {groups
          .filter(({ preset }) => preset === null)
          .map((group) => (
            <div key={group.id} className="story story-armed">
              <b>
                <GroupName group={group} />
              </b>
              <button
                type="button"
                disabled={busy}
                onClick={() => change(() => api.disarm(group.id))}
              >
                {say('解除', 'Disarm')}
              </button>
            </div>
          ))}
        {menu.presets.map((preset) => (
          <StoryCard
            key={preset}
            {...{ preset, busy, change }}
            tale={menu.tales[preset]}
            group={groups.find((group) => group.preset === preset) ?? null}
          />
        ))}
      </div>
    </div>
  )
}

interface StoryProps {
  preset: string
  tale: Words | undefined
  group: ArmedGroup | null
  busy: boolean
  change(deed: () => Promise<unknown>): void
}

function StoryCard({ preset, tale, group, busy, change }: StoryProps) {
  const say = useSay()
  const language = useLanguage()
  const title = titleOf(preset)
  return (
    <div className={group === null ? 'story' : 'story story-armed'}>
      <b>{group === null ? title[language] : <GroupName group={group} />}</b>
      {tale !== undefined && <p>{tale[language]}</p>}
      {group === null ? (
        <button
          type="button"
          disabled={busy}
          data-testid={`arm-${preset}`}
          onClick={() => change(() => api.arm(preset))}
        >
          {say('启用', 'Arm')}
        </button>
      ) : (
        <button
          type="button"
          className="danger"
          disabled={busy}
          data-testid={`disarm-${preset}`}
          onClick={() => change(() => api.disarm(group.id))}
        >
          {say('解除', 'Disarm')}
        </button>
      )}
    </div>
  )
}

const DOSES: readonly (readonly [id: string, zh: string, en: string, Dose])[] = [
  ['next', '仅下一次', 'next only', { next: true }],
  ['three', '三次', 'three times', { count: 3 }],
  ['third', '三成概率', '30 %', { probability: 0.3 }],
  ['always', '每一次', 'every time', { probability: 1 }],
]

type OneProps = Pick<FaultsProps, 'menu'> & Pick<StoryProps, 'busy' | 'change'>

/** Any point of the menu with any of its kinds. */
function OneFault({ menu, busy, change }: OneProps) {
  const say = useSay()
  const language = useLanguage()
  const points = Object.keys(menu.kinds)
  const [chosenPoint, setPoint] = useState('notification')
  const point = points.includes(chosenPoint) ? chosenPoint : (points[0] ?? '')
  const kinds = menu.kinds[point] ?? []
  const [chosenKind, setKind] = useState('')
  const kind = kinds.includes(chosenKind) ? chosenKind : (kinds[0] ?? '')
  const [doseId, setDose] = useState('next')
  const dose = DOSES.find(([id]) => id === doseId)?.[3] ?? { next: true }
  return (
    <form
      className="inline-form"
      onSubmit={(event) => {
        event.preventDefault()
        change(() => api.armKind(point, kind, dose))
      }}
    >
      <Choice label={say('位置', 'Point')} value={point} choose={setPoint} testId="fault-point">
        {points.map((one) => [one, one] as const)}
      </Choice>
      <Choice label={say('故障', 'Kind')} value={kind} choose={setKind} testId="fault-kind">
        {kinds.map((one) => [one, kindWords(one)[language]] as const)}
      </Choice>
      <Choice label={say('次数', 'How often')} value={doseId} choose={setDose} testId="fault-dose">
        {DOSES.map(([id, zh, en]) => [id, say(zh, en)] as const)}
      </Choice>
      <button type="submit" disabled={busy || kind === ''} data-testid="arm-one">
        {say('启用', 'Arm')}
      </button>
    </form>
  )
}

interface ChoiceProps {
  label: string
  value: string
  choose(value: string): void
  testId: string
  children: readonly (readonly [value: string, label: string])[]
}

function Choice({ label, value, choose, testId, children }: ChoiceProps) {
  return (
    <select
      value={value}
      aria-label={label}
      data-testid={testId}
      onChange={(event) => choose(event.target.value)}
    >
      {children.map(([one, text]) => (
        <option key={one} value={one}>
          {text}
        </option>
      ))}
    </select>
  )
}
