// The simulated clock, which only goes forward.
import { useState } from 'react'
import type { WorldState } from '../control.ts'
import { useSay } from '../language.ts'
import { type Known, type Live, useNowMs } from '../live.ts'
import { type Fields, numberOf } from '../read.ts'
import { durationText, momentText, tenTomorrow } from '../times.ts'
import { api } from './api.ts'
import { Failure, useDeed } from './parts.tsx'

const STEPS: readonly (readonly [id: string, ms: number, zh: string, en: string])[] = [
  ['5s', 5000, '+5 秒', '+5 s'],
  ['1min', 60_000, '+1 分', '+1 min'],
  ['15min', 900_000, '+15 分', '+15 min'],
  ['2h', 7_200_000, '+2 小时', '+2 h'],
  ['1d', 86_400_000, '+1 天', '+1 day'],
]

interface ClockProps {
  live: Live
  known: Known
  world: WorldState
}

export function ClockBar({ live, known, world }: ClockProps) {
  const say = useSay()
  const nowMs = useNowMs(known)
  const { busy, failed, run } = useDeed()
  const [moved, setMoved] = useState<Fields>({})
  const move = (deed: () => Promise<Fields>) =>
    run(async () => {
      setMoved(await deed())
      await live.look()
    })
  const [date = '', time = ''] = momentText(nowMs).split(' ')
  return (
    <div className="clock-bar" role="toolbar" aria-label={say('时钟', 'Clock')} data-testid="clock">
      <div className="clock-now">
        <b data-testid="clock-now">{time}</b>
        <span>{date}</span>
        {world.offsetMs > 999 && (
          <small data-testid="clock-ahead">
            {say(`快 ${durationText(world.offsetMs)}`, `${durationText(world.offsetMs)} ahead`)}
          </small>
        )}
      </div>
      <Delivered moved={moved} busy={busy} />
      <Failure text={failed} />
      <div className="chips">
        {STEPS.map(([id, ms, zh, en]) => (
          <button
            key={id}
            type="button"
            className="chip"
            disabled={busy}
            data-testid={`advance-${id}`}
            onClick={() => void move(() => api.advance(ms))}
          >
            {say(zh, en)}
          </button>
        ))}
        <button
          type="button"
          className="chip"
          disabled={busy}
          data-testid="advance-ten"
          title={say('次日十点，昨天的账单可取', 'When the bills of yesterday are there')}
          onClick={() => void move(() => api.setClock(tenTomorrow(nowMs)))}
        >
          {say('到明天 10:00', 'to 10:00 tomorrow')}
        </button>
      </div>
    </div>
  )
}

/** What was delivered while the clock moved. */
function Delivered({ moved, busy }: { moved: Fields; busy: boolean }) {
  const say = useSay()
  const delivered = numberOf(moved['delivered'])
  const failed = numberOf(moved['failed'])
  if (busy) return <small role="status">{say('拨快中…', 'moving…')}</small>
  if (delivered + failed === 0) return null
  return (
    <small role="status" data-testid="clock-delivered">
      {say(`送达 ${delivered}，失败 ${failed}`, `${delivered} delivered, ${failed} failed`)}
    </small>
  )
}
