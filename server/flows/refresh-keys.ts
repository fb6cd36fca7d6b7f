import { afterMs } from '@minitill/protocol/model'
import { keyPeriodMs } from '../domain/rhythm.ts'
import type { JobResult, Ports } from '../ports/index.ts'
import { call } from './phase.ts'

/** After a download that failed: soon enough to be back before anybody notices. */
const retryMs = 30_000

/**
 * Downloads a merchant's platform certificates, and again in good time, well under the 12 hours that
 * WeChat asks for; `once` is for a message that named an unknown one. What comes is stored for all
 * processes. A crash leaves the job, which is delivered again.
 */
export async function refreshKeys(
  ports: Ports,
  { mchid, once }: { readonly mchid: string; readonly once: boolean },
): Promise<JobResult> {
  const merchant = ports.parties.merchant(mchid)
  // A merchant that is not configured any more has no keys to refresh.
  if (!merchant) return 'done'
  const answer = await call(
    ports,
    'refresh-keys/download',
    async () => await ports.wechatPay.refreshKeys(merchant.mchid),
  )
  const got = answer.got === 'answer' ? answer.value : answer.why
  ports.meter.count('platform_key_refresh_total', { mchid, got })
  if (answer.got === 'silence') {
    ports.log.warn({ mchid, why: answer.why }, 'platform certificates could not be downloaded')
    return once ? 'done' : { again: afterMs(ports.clock.now(), retryMs) }
  }
  return once ? 'done' : { again: afterMs(ports.clock.now(), keyPeriodMs) }
}
