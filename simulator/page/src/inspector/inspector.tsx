// What went on between the phone, WeChat and the merchant's server, as it happens.
import { useState } from 'react'
import { Tabs, Tag } from 'tdesign-react'
import type { WorldState } from '../control.ts'
import { type TextName, useTexts } from '../language.ts'
import { ClockBar } from './clock.tsx'
import { Faults } from './faults.tsx'
import { Timeline } from './timeline.tsx'
import { Trades } from './trades.tsx'
import { World } from './world.tsx'

const VIEWS = ['timeline', 'trades', 'faults', 'world'] as const

export function Inspector({ world, refresh }: { world: WorldState; refresh(): Promise<void> }) {
  const texts = useTexts()
  const [view, setView] = useState<TextName>('timeline')
  return (
    <section className="inspector" data-testid="inspector">
      <ClockBar world={world} refresh={refresh} />
      {world.armed.length > 0 && (
        <div className="armed-banner" data-testid="armed-faults">
          {texts('armed')}
          {world.armed.map((fault) => (
            <Tag key={fault.id} theme="danger">
              {fault.label}
            </Tag>
          ))}
        </div>
      )}
      <Tabs value={view} onChange={(value) => setView(nameOf(value))}>
        {VIEWS.map((name) => (
          <Tabs.TabPanel
            key={name}
            value={name}
            label={<span data-testid={`view-${name}`}>{texts(name)}</span>}
            destroyOnHide
          >
            {name === 'timeline' && <Timeline />}
            {name === 'trades' && <Trades />}
            {name === 'faults' && <Faults refresh={refresh} />}
            {name === 'world' && <World world={world} />}
          </Tabs.TabPanel>
        ))}
      </Tabs>
    </section>
  )
}

function nameOf(value: unknown): TextName {
  return VIEWS.find((name) => name === value) ?? 'timeline'
}
