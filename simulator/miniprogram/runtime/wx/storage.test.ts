import { expect, test } from 'vitest'
import { PersonStore } from './storage.ts'

/** localStorage of a browser without a limit of its own: keys are its properties. */
function browserStorage(): Storage {
  const rows: Record<string, string> = {}
  const hidden = (value: unknown) => ({ value, enumerable: false })
  Object.defineProperties(rows, {
    getItem: hidden((key: string) => rows[key] ?? null),
    setItem: hidden((key: string, value: string) => {
      rows[key] = value
    }),
    removeItem: hidden((key: string) => delete rows[key]),
  })
  return rows as unknown as Storage
}

test('M66 what one person stores in one mini program nobody else reads or clears', () => {
  const storage = browserStorage()
  const mine = new PersonStore(storage, 'wx1', 'p1')
  const others = [new PersonStore(storage, 'wx1', 'p2'), new PersonStore(storage, 'wx2', 'p1')]
  mine.set('token', 'mine')
  for (const other of others) {
    expect([other.get('token'), other.has('token'), other.keys()]).toEqual(['', false, []])
    other.clear()
  }
  expect(mine.get('token')).toBe('mine')
})

test('M66 more than 10 MB together is refused, and what was there stays', () => {
  const store = new PersonStore(browserStorage(), 'wx1', 'p1')
  const almost = 'x'.repeat(1024 * 1024 - 100)
  for (let nth = 0; nth < 10; nth += 1) store.set(`k${nth}`, almost)
  expect(() => store.set('k10', almost)).toThrow('exceed storage max size 10Mb')
  expect(store.keys()).toHaveLength(10)
  store.set('k3', 'short')
  store.set('k10', 'fits now')
  expect(store.get('k10')).toBe('fits now')
})
