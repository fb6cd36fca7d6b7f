import type { SeedCredentials } from './rooms.ts'

const LIMIT_MS = 10_000

/**
 * What a shop does once on the mini program platform: enters where messages are pushed to (消息推送).
 * The simulator confirms the address as WeChat does, so that a receipt is heard of within seconds.
 * @returns one clear line when that did not work; everything else works without it
 */
export async function configurePush(
  simulator: string,
  server: string,
  seed: SeedCredentials,
): Promise<string | null> {
  const message_url = `${server}/wechat/messages/${seed.appid}`
  const answer = await fetch(`${simulator}/_sim/apps`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ appid: seed.appid, secret: seed.app_secret, message_url }),
    signal: AbortSignal.timeout(LIMIT_MS),
  }).catch(() => null)
  const told: unknown = await answer?.json().catch(() => null)
  const isConfirmed = JSON.stringify(told ?? null).includes('"ok":true')
  return isConfirmed ? null : `message push could not be set up at ${message_url}`
}
