import { expect, test } from 'vitest'
import { networkOf } from './network.ts'

test('A-94 all addresses of one IPv6 network are one caller, and IPv4 addresses are themselves', () => {
  const callers = {
    '192.0.2.7': '192.0.2.7',
    '::ffff:192.0.2.7': '192.0.2.7',
    '2001:db8:1:2::1': '2001:db8:1:2::/64',
    '2001:0DB8:0001:0002:ffff:ffff:ffff:ffff': '2001:db8:1:2::/64',
    '2001:db8:1:2:3:4:192.0.2.7': '2001:db8:1:2::/64',
    '2001:db8:1:3::1': '2001:db8:1:3::/64',
    '2001:db8::': '2001:db8:0:0::/64',
    '::1': '0:0:0:0::/64',
    'fe80::1%eth0': 'fe80:0:0:0::/64',
    'no address': 'no address',
  }
  const found = Object.keys(callers).map((address) => [address, networkOf(address)])
  expect(Object.fromEntries(found)).toEqual(callers)
})
