import { isIPv6 } from 'node:net'

/**
 * Who is counted as one caller: an IPv4 address, or the network of 64 bits that every customer of
 * an IPv6 provider gets whole, and in which one machine has more addresses than we could remember.
 */
export function networkOf(address: string): string {
  const [bare = ''] = address.split('%')
  if (!isIPv6(bare)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail] = bare.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  // A dotted end counts as two groups.
  const dotted = after.some((group) => group.includes('.')) ? 1 : 0
  const missing = Math.max(0, 8 - before.length - after.length - dotted)
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  const prefix = groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16))
  return `${prefix.join(':')}::/64`
}
