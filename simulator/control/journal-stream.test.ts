// The journal as server-sent events: live, resumed by number, bounded, and patient with the slow.
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { beforeEach, expect, it } from 'vitest'
import { type Box, openBox } from '../testing/box.ts'
import { type ProgramNews, streamJournal } from './journal-stream.ts'

let box: Box

beforeEach(async () => {
  box = await openBox()
})

interface Heard {
  event: string
  id: number
  data: Record<string, unknown>
}

/** The reader's end: a socket that takes everything until it is told to be full. */
class Reader extends EventEmitter {
  text = ''
  full = false
  ended = false
  writeHead(): this {
    return this
  }
  write(text: string): boolean {
    this.text += text
    return !this.full
  }
  end(text = ''): this {
    this.text += text
    this.ended = true
    return this
  }
  heard(): Heard[] {
    return this.text
      .split('\n\n')
      .filter((part) => part !== '')
      .map((part) => ({
        event: /^event: (.*)$/m.exec(part)?.[1] ?? 'message',
        id: Number(/^id: (.*)$/m.exec(part)?.[1] ?? 0),
        data: JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? '{}'),
      }))
  }
  names(): string[] {
    return this.heard().map(({ event }) => event)
  }
  ids(): number[] {
    return this.heard().flatMap(({ id }) => (id === 0 ? [] : [id]))
  }
}

function read(after = 0, program: ProgramNews | null = null): Reader {
  const reader = new Reader()
  streamJournal(box.wechat, after, reader as unknown as ServerResponse, program)
  return reader
}

/** Calls of the merchant's that make one journal entry each. */
async function calls(count: number): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) await box.merchant.query(`none-${nth}`)
}

it('the past comes first, then every message as it happens', async () => {
  await calls(2)
  const reader = read()
  expect(reader.names()).toEqual(['hello', 'message', 'message'])
  await calls(1)
  expect(reader.ids()).toEqual([1, 2, 3])
  expect(reader.heard().at(-1)?.data).toMatchObject({ seq: 3, kind: 'request', method: 'GET' })
})

it('it resumes after a number, and starts over when the number is from before a restart', async () => {
  await calls(3)
  expect(read(2).ids()).toEqual([3])
  const reader = read(99)
  expect(reader.names().slice(0, 2)).toEqual(['hello', 'reset'])
  expect(reader.ids()).toEqual([1, 2, 3])
})

it('of a long past only the newest 500 are sent', async () => {
  const entry = { kind: 'push', at: '', method: 'POST', url: '/', headers: {}, body: '' } as const
  for (let nth = 0; nth < 620; nth += 1) {
    const answer = { status: 200, headers: {}, body: '' }
    box.wechat.journal.note({ ...entry, answer, verification: { ok: true } })
  }
  const ids = read().ids()
  expect([ids.length, ids[0], ids.at(-1)]).toEqual([500, 121, 620])
})

it('a reader whose socket is full waits, and misses nothing', async () => {
  const reader = read()
  reader.full = true
  await calls(5)
  expect(reader.ids()).toEqual([1])
  reader.full = false
  reader.emit('drain')
  expect(reader.ids()).toEqual([1, 2, 3, 4, 5])
})

it('changes of the world are told together, a reset at once', async () => {
  const reader = read()
  await box.merchant.prepay('stream-1', box.openid)
  await box.merchant.prepay('stream-2', box.openid)
  expect(reader.names()).not.toContain('world')
  await box.passTime(100)
  const told = reader.heard().filter(({ event }) => event === 'world')
  expect(told).toHaveLength(1)
  expect(told[0]?.data['tables']).toContain('trades')
  await box.wechat.reset()
  expect(reader.names()).toContain('reset')
})

it('a changed mini program is told, until the reader is gone', () => {
  const listeners = new Set<(version: string) => void>()
  const reader = read(0, {
    version: () => 'v1',
    follow: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  expect(reader.heard()[0]?.data['program']).toBe('v1')
  for (const listener of listeners) listener('v2')
  expect(reader.heard().at(-1)).toMatchObject({ event: 'program', data: { version: 'v2' } })
  reader.emit('close')
  expect(listeners.size).toBe(0)
})

it('there are at most 32 readers; one that leaves makes room', async () => {
  const readers = Array.from({ length: 32 }, () => read())
  const refused = read()
  expect([refused.ended, refused.names()]).toEqual([true, ['refused']])
  readers[0]?.emit('close')
  expect(read().names()).toEqual(['hello'])
})
