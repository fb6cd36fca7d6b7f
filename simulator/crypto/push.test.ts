import { expect, it } from 'vitest'
import { openPush, pushSignature, sealPush } from './push.ts'

// Published values of the message push pages (mini-program.md §13), copied for the simulator.
const TOKEN = 'AAAAA'
const AES_KEY = 'A'.repeat(43)
const APPID = 'wxba5fad812f8e6fb9'
const E1 = [
  '+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJG',
  'QqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrf',
  'MZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgR',
  'tWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=',
].join('')
const MESSAGE = [
  '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",',
  '"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}',
].join('')

it('V1 V2 M56 the signature of the verification and of a plain push', () => {
  const verification = pushSignature(TOKEN, '1714036504', '1514711492')
  expect(verification).toBe('f464b24fc39322e44b38aa78f5edd27bd1441696')
  const plain = pushSignature(TOKEN, '1714037059', '486452656')
  expect(plain).toBe('899cf89e464efb63f54ddac96b0a0a235f53aa78')
})

it('V3 M57 the sealed push: both signatures, 224 bytes, blocks of 32, appid at the end', () => {
  const query = [TOKEN, '1714112445', '415670741'] as const
  expect(pushSignature(...query, E1)).toBe('046e02f8204d34f8ba5fa3b1db94908f3df2e9b3')
  expect(pushSignature(...query)).toBe('6c5c811b55cc85e0e1b54100749188c20beb3f5d')
  expect(sealPush(MESSAGE, AES_KEY, APPID, 'a8eedb185eb2fecf')).toBe(E1)
  expect(Buffer.from(E1, 'base64')).toHaveLength(224)
  expect(openPush(E1, AES_KEY)).toEqual({ message: MESSAGE, appid: APPID })
})

it('V4 the sealed reply and its signature', () => {
  const reply = sealPush('{"demo_resp":"good luck"}', AES_KEY, APPID, '707722b803182950')
  const published = [
    'ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==',
  ].join('')
  expect(reply).toBe(published)
  const signature = pushSignature(TOKEN, '1713424427', '415670741', reply)
  expect(signature).toBe('1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1')
})

it('another key, or a damaged byte, does not open', () => {
  expect(() => openPush(E1, 'B'.repeat(43))).toThrow(RangeError)
  expect(() => openPush(E1.slice(0, 40), AES_KEY)).toThrow()
})
