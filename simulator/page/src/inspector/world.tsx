// The world as a whole: who is in it, taken out as a file and in again, and emptied.
import { useRef, useState } from 'react'
import type { WorldState } from '../control.ts'
import { useSay } from '../language.ts'
import { api } from './api.ts'
import { Failure, useDeed } from './parts.tsx'

interface WorldProps {
  world: WorldState
  look(): Promise<void>
}

export function World({ world, look }: WorldProps) {
  const say = useSay()
  const counts = Object.entries(world.counts).map(([name, count]) => `${name} ${count}`)
  return (
    <div className="world" data-testid="world">
      <WorldFile look={look} />
      <dl className="facts">
        <div>
          <dt>{say('小程序', 'Mini programs')}</dt>
          <dd>
            {world.apps.map(({ appid, name }) => (
              <span key={appid} className="pair">
                {name} <code>{appid}</code>
              </span>
            ))}
          </dd>
        </div>
        <div>
          <dt>{say('商户', 'Merchants')}</dt>
          <dd>
            {world.merchants.map(({ mchid, verification }) => (
              <span key={mchid} className="pair">
                <code>{mchid}</code> {verification}
              </span>
            ))}
          </dd>
        </div>
        <div>
          <dt>{say('种子', 'Seed')}</dt>
          <dd>
            <code>{world.seed}</code>
          </dd>
        </div>
        <div>
          <dt>{say('数量', 'Counts')}</dt>
          <dd>{counts.join(' · ')}</dd>
        </div>
      </dl>
    </div>
  )
}

function WorldFile({ look }: { look(): Promise<void> }) {
  const say = useSay()
  const { busy, failed, run } = useDeed()
  const [sure, setSure] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  const load = (given: File | undefined) =>
    run(async () => {
      if (given === undefined) return
      await api.importWorld(JSON.parse(await given.text()))
      await look()
    })
  const empty = () => {
    setSure(!sure)
    if (sure) void run(() => api.reset().then(look))
  }
  return (
    <div className="inline-form">
      <button
        type="button"
        disabled={busy}
        data-testid="export-world"
        onClick={() => void run(async () => save(await api.exportWorld()))}
      >
        {say('导出世界', 'Export the world')}
      </button>
      <button
        type="button"
        disabled={busy}
        data-testid="import-world"
        onClick={() => file.current?.click()}
      >
        {say('导入…', 'Import…')}
      </button>
      <input
        ref={file}
        type="file"
        accept="application/json,.json"
        hidden
        data-testid="world-file"
        onChange={(event) => {
          void load(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      <button
        type="button"
        className={sure ? 'danger' : ''}
        disabled={busy}
        data-testid="reset-world"
        onClick={empty}
        onBlur={() => setSure(false)}
      >
        {sure ? say('确定清空？再点一次', 'Sure? Press again') : say('清空世界', 'Empty the world')}
      </button>
      <Failure text={failed} />
    </div>
  )
}

/** Hands a world to the browser as a file. */
function save(world: object): void {
  const text = JSON.stringify(world, null, 1)
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  link.download = 'minitill-world.json'
  link.click()
  URL.revokeObjectURL(link.href)
}
