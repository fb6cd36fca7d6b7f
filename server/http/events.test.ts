import { expect, test } from 'vitest'
import { eventTypes } from '../domain/event.ts'
import { eventsPage } from './events-page.ts'
import { eventData } from './shapes/event.ts'

test('docs/events.md is the catalogue of events with their schemas', async () => {
  await expect(eventsPage()).toMatchFileSnapshot('../../docs/events.md')
})

test('every event has a schema, and no schema is without its event', () => {
  expect(Object.keys(eventData).toSorted()).toEqual([...eventTypes].toSorted())
})
