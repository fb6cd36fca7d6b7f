// What goes wrong on purpose: armed faults, and presets to arm.
import { useCallback, useState } from 'react'
import { Button } from 'tdesign-react'
import { control, type Fault } from '../control.ts'
import { useTexts } from '../language.ts'
import { usePolling } from '../world.ts'

export function Faults({ refresh }: { refresh(): Promise<void> }) {
  const texts = useTexts()
  const [faults, setFaults] = useState<{ armed: Fault[]; presets: string[] }>({
    armed: [],
    presets: [],
  })
  const look = useCallback(async () => setFaults(await control.faults()), [])
  usePolling(look, 2000)
  const change = async (run: () => Promise<unknown>) => {
    await run().catch(() => undefined)
    await look().catch(() => undefined)
    await refresh()
  }
  return (
    <div className="faults" data-testid="faults">
      {faults.armed.length === 0 && <p className="empty">{texts('noFaults')}</p>}
      {faults.armed.map((fault) => (
        <div className="fault fault-armed" key={fault.id}>
          <b>{fault.label}</b>
          <Button
            size="small"
            theme="danger"
            variant="outline"
            data-testid={`disarm-${fault.label}`}
            onClick={() => void change(() => control.disarm(fault.id))}
          >
            {texts('disarm')}
          </Button>
        </div>
      ))}
      {faults.presets.map((preset) => (
        <div className="fault" key={preset}>
          <span>{preset}</span>
          <Button
            size="small"
            variant="outline"
            data-testid={`arm-${preset}`}
            onClick={() => void change(() => control.arm(preset))}
          >
            {texts('arm')}
          </Button>
        </div>
      ))}
    </div>
  )
}
