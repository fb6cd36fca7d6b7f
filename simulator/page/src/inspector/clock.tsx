// The simulated clock, which only goes forward.
import { useState } from 'react'
import { Button, Space } from 'tdesign-react'
import { control, type WorldState } from '../control.ts'
import { type TextName, useTexts } from '../language.ts'

const STEPS: [TextName, number][] = [
  ['minute', 60_000],
  ['hour', 3_600_000],
  ['day', 86_400_000],
]

export function ClockBar({ world, refresh }: { world: WorldState; refresh(): Promise<void> }) {
  const texts = useTexts()
  const [busy, setBusy] = useState(false)
  const [said, say] = useState('')
  const advance = async (ms: number) => {
    setBusy(true)
    try {
      await control.advance(ms)
      say('')
    } catch (error) {
      say(error instanceof Error ? error.message : String(error))
    }
    await refresh()
    setBusy(false)
  }
  return (
    <div className="clock-bar" data-testid="clock">
      <div>
        <b data-testid="clock-now">{momentText(world.now)}</b>
        {world.offsetMs > 0 && (
          <small>
            {durationText(world.offsetMs)} {texts('ahead')}
          </small>
        )}
        {said !== '' && <small className="bad">{said}</small>}
      </div>
      <Space size={8}>
        {STEPS.map(([name, ms]) => (
          <Button
            key={name}
            size="small"
            variant="outline"
            loading={busy}
            data-testid={`advance-${name}`}
            onClick={() => void advance(ms)}
          >
            {texts(name)}
          </Button>
        ))}
      </Space>
    </div>
  )
}

/** An RFC 3339 instant as date and time of day in Beijing. */
export function momentText(instant: string): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return instant
  return at.toLocaleString('sv-SE', { timeZone: 'Asia/Shanghai' })
}

function durationText(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  const parts: [number, string][] = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor((minutes % 1440) / 60), 'h'],
    [minutes % 60, 'min'],
  ]
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return `+${shown.join(' ')}`
}
