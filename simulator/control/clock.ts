import type { ServerResponse } from 'node:http'
import type { ClockStep } from '../clock.ts'
import type { Wechat } from '../wechat.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'
import { ackInput, clockInput } from './input.ts'

function clockTexts({ now, now_ms, offset_ms, step }: ClockStep) {
  return { now, now_ms, offset_ms, step }
}

/** GET /_sim/clock. */
export function readClock(wechat: Wechat): ControlAnswer {
  return good(clockTexts(wechat.clock.read()))
}

/** POST /_sim/clock: answers when every due delivery was made and every follower took the steps. */
export async function moveClock(wechat: Wechat, input: unknown): Promise<ControlAnswer> {
  const read = parsed(clockInput, input)
  if (!read.ok) {
    const wrong = bad('advance_ms', 'give either advance_ms (0 to 366 days) or set (RFC 3339)')
    return wrong
  }
  if ('advance_ms' in read.value) {
    const aheadMs = read.value.advance_ms
    return good(await wechat.clock.move((nowMs) => nowMs + aheadMs))
  }
  const target = Date.parse(read.value.set)
  const nowMs = wechat.world.nowMs()
  if (target < nowMs) return bad('set', 'lies in the past; the clock only goes forward')
  return good(await wechat.clock.move(() => target))
}

/** POST /_sim/clock/ack. */
export function acknowledge(wechat: Wechat, input: unknown): ControlAnswer {
  const read = parsed(ackInput, input)
  if (!read.ok) return read.answer
  const { follower, step } = read.value
  if (!wechat.clock.acknowledge(follower, step)) {
    return bad('follower', 'nobody of this name follows /_sim/clock/stream', 404)
  }
  return good(null, 204)
}

/** GET /_sim/clock/stream: server-sent events, one at connect and one at each step. */
export function streamClock(wechat: Wechat, follower: string, out: ServerResponse): void {
  out.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  })
  const tell = (step: ClockStep) => {
    out.write(`data: ${JSON.stringify(clockTexts(step))}\n\n`)
  }
  const leave = wechat.clock.follow(follower, tell, () => out.end())
  if (leave === null) {
    out.end('event: error\ndata: {"detail":"too many followers"}\n\n')
    return
  }
  out.on('close', leave)
}
