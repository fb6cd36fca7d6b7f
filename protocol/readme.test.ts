import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { prepay } from './readme.example.ts'
import { answer, signedAnswer } from './testing/wire.ts'
import { makeWorld } from './testing/world.ts'

const text = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')

test('the README shows the example that runs here', () => {
  const [, shown] = /```ts\n([\s\S]*?)```/.exec(text('README.md')) ?? []
  const [, runs = ''] = /#region example\n([\s\S]*?)\/\/ #endregion/.exec(
    text('readme.example.ts'),
  ) ?? ['']
  expect(shown).toBe(runs.replace("'./index.ts'", "'@minitill/protocol'"))
})

test('the example makes a prepay_id of a signed answer, and believes nothing else', async () => {
  const world = makeWorld()
  const settings = {
    mchid: world.signer.mchid,
    serial_no: world.signer.serial,
    private_key: String(world.signer.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    apiv3_key: '0123456789abcdef0123456789ABCDEF',
    platform_certificates: [world.certificatePem],
  }
  const signed = await signedAnswer(world, 200, '{"prepay_id":"wx1"}')
  const run = (reply: typeof signed) =>
    prepay(settings, {
      transport: { send: async () => reply },
      clock: () => world.now,
      random: (bytes) => new Uint8Array(bytes),
      keys: () => world.ring,
    })
  expect(await run(signed)).toBe('wx1')
  expect(await run(answer(200, '{"prepay_id":"wx1"}'))).toContain('ask WeChat later')
  expect(await run(answer(401, '{"code":"SIGN_ERROR"}'))).toBe('only a hint: SIGN_ERROR')
  await expect(prepay({ ...settings, mchid: 'x' }, {} as never)).rejects.toThrow('mchid')
})
