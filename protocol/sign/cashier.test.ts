import { expect, test } from 'vitest'
import { instant, parseAppid, parsePrepayId } from '../model/index.ts'
import { makeWorld } from '../testing/world.ts'
import { cashierFields } from './cashier.ts'

const call = {
  appid: parseAppid('wx2421b1c4370ec43b'),
  prepay_id: parsePrepayId('wx261153585405162d4d02642eabe7000000'),
  at: instant(1_790_000_000_999),
  nonce: 'n'.repeat(32),
}

test('all five fields are strings, the time in seconds', async () => {
  const fields = await cashierFields(call, makeWorld().signer.privateKey)
  expect(Object.values(fields).map((value) => typeof value)).toEqual(Array(5).fill('string'))
  expect(fields).toMatchObject({ timeStamp: '1790000000', signType: 'RSA' })
})

test.each(['', 'n'.repeat(33), 'with\nline'])('nonce %j is refused', async (nonce) => {
  const { privateKey } = makeWorld().signer
  await expect(cashierFields({ ...call, nonce }, privateKey)).rejects.toThrow('nonce')
})
