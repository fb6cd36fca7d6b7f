// The world as a whole: who is in it, taken out as a file and in again, and emptied.
import { useRef, useState } from 'react'
import type { WorldState } from '../control.ts'
import { useSay } from '../language.ts'
import { fenOf, yuan } from '../read.ts'
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
            {world.merchants.map((merchant) => (
              <MerchantLine key={merchant.mchid} {...{ merchant, look }} />
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

interface MerchantProps {
  merchant: WorldState['merchants'][number]
  look(): Promise<void>
}

/** A merchant with what is in its account, which refunds are paid from. */
function MerchantLine({ merchant, look }: MerchantProps) {
  const say = useSay()
  const { busy, failed, run } = useDeed()
  const [amount, setAmount] = useState('100.00')
  const { mchid, verification, balance } = merchant
  const fen = fenOf(amount)
  const topUp = () =>
    run(async () => {
      if (fen === null || fen === 0) return
      await api.topUp(mchid, fen)
      await look()
    })
  return (
    <form
      className="inline-form"
      data-testid="merchant"
      onSubmit={(event) => {
        event.preventDefault()
        void topUp()
      }}
    >
      <code>{mchid}</code> {verification}
      <b data-testid="merchant-balance">¥{yuan(balance)}</b>
      <input
        className="money"
        inputMode="decimal"
        value={amount}
        aria-label={say('充值金额（元）', 'Amount to top up (yuan)')}
        aria-invalid={fen === null}
        onChange={(event) => setAmount(event.target.value)}
      />
      <button type="submit" disabled={busy || fen === null} data-testid="top-up">
        {say('充值', 'Top up')}
      </button>
      <Failure text={failed} />
    </form>
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
