// The world below the messages: trades, refunds, people, faults, and the world as a whole.
import { useState } from 'react'
import type { WorldState } from '../control.ts'
import { useSay } from '../language.ts'
import type { Known, Live } from '../live.ts'
import { Faults } from './faults.tsx'
import { type Tab, Tabs } from './parts.tsx'
import { People } from './people.tsx'
import { Refunds } from './refunds.tsx'
import { Trades } from './trades.tsx'
import { World } from './world.tsx'

type View = 'trades' | 'refunds' | 'people' | 'faults' | 'world'

interface DockProps {
  live: Live
  known: Known
  world: WorldState
  /** Shows the messages about one order. */
  showOrder(outTradeNo: string): void
}

export function Dock({ live, known, world, showOrder }: DockProps) {
  const say = useSay()
  const [view, setView] = useState<View>('trades')
  const counted = (count: number) => (count === 0 ? {} : { note: String(count) })
  const tabs: Tab<View>[] = [
    { id: 'trades', label: say('交易', 'Trades'), ...counted(known.trades.length) },
    { id: 'refunds', label: say('退款', 'Refunds'), ...counted(known.refunds.length) },
    { id: 'people', label: say('用户', 'People'), ...counted(world.people.length) },
    {
      id: 'faults',
      label: say('故障', 'Faults'),
      ...counted(world.armed.length),
      alarming: world.armed.length > 0,
    },
    { id: 'world', label: say('世界', 'World') },
  ]
  const look = () => live.look()
  return (
    <section className="dock" aria-label={say('世界', 'World')} data-testid="dock">
      <Tabs
        name="view"
        label={say('世界的各个方面', 'Aspects of the world')}
        tabs={tabs}
        chosen={view}
        choose={(id: View) => setView(id)}
      >
        {view === 'trades' && <Trades trades={known.trades} showOrder={showOrder} />}
        {view === 'refunds' && <Refunds {...{ known, look, showOrder }} />}
        {view === 'people' && <People people={world.people} look={look} />}
        {view === 'faults' && <Faults menu={known.menu} armed={world.armed} look={look} />}
        {view === 'world' && <World world={world} look={look} />}
      </Tabs>
    </section>
  )
}
