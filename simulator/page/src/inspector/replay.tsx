// Sends a notification once more: the same, altered, twice, or late.
import { useState } from 'react'
import { useSay } from '../language.ts'
import { api, type ReplayAs } from './api.ts'
import { Failure, useDeed } from './parts.tsx'

const ALTERED: readonly (readonly [alteration: string, zh: string, en: string])[] = [
  ['amount', '改金额', 'another amount'],
  ['wrong_key', '未知密钥签名', 'signed by an unknown key'],
  ['other_merchant_key', '别的商户的密钥签名', 'signed by another merchant’s key'],
  ['other_merchant', '别的商户号', 'another merchant'],
  ['other_order', '不存在的订单', 'an unknown order'],
  ['signature', '签名错误', 'a wrong signature'],
  ['ciphertext', '密文损坏', 'a damaged ciphertext'],
]

export function Replay({ id }: { id: string }) {
  const say = useSay()
  const { busy, failed, run } = useDeed()
  const [said, tell] = useState('')
  const send = (as: ReplayAs, done: string, more: object = {}) =>
    run(async () => {
      tell('')
      await api.replay(id, as, more)
      tell(done)
    })
  const sent = say('已发出', 'sent')
  const simple: readonly (readonly [ReplayAs, label: string, done: string])[] = [
    ['same', say('原样', 'Same'), sent],
    ['duplicated', say('双份', 'Twice'), say('两次，相隔一秒', 'twice, a second apart')],
    [
      'late',
      say('迟到', 'Late'),
      say('十分钟后到：可拨快时钟', 'comes in ten minutes: move the clock'),
    ],
  ]
  return (
    <div className="replay" data-testid="replay">
      <span>{say('重放', 'Replay')}</span>
      {simple.map(([as, label, done]) => (
        <button
          key={as}
          type="button"
          disabled={busy}
          data-testid={`replay-${as}`}
          onClick={() => void send(as, done)}
        >
          {label}
        </button>
      ))}
      <select
        value=""
        disabled={busy}
        aria-label={say('篡改后重放', 'Replay altered')}
        data-testid="replay-altered"
        onChange={(event) => void send('altered', sent, { alteration: event.target.value })}
      >
        <option value="" disabled>
          {say('篡改…', 'Altered…')}
        </option>
        {ALTERED.map(([alteration, zh, en]) => (
          <option key={alteration} value={alteration}>
            {say(zh, en)}
          </option>
        ))}
      </select>
      {said !== '' && <small role="status">{said}</small>}
      <Failure text={failed} />
    </div>
  )
}
