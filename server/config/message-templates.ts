import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import { type MessageTemplates, placeholders } from '../domain/person-message.ts'
import type { Reader } from './reader.ts'

const template = z.strictObject({
  template_id: z.string().regex(/^[0-9A-Za-z_-]{10,64}$/),
  page: z.string().min(1).max(256).optional(),
  data: z.record(z.string().regex(/^[a-z_]{1,32}[0-9]{1,3}$/), z.string().min(1).max(100)),
})

/** Subscribe messages of one app as its settings have them. */
export const templatesShape = z.strictObject({
  paid: template.optional(),
  shipped: template.optional(),
  refunded: template.optional(),
})

export type RawTemplates = z.output<typeof templatesShape>

/** Templates with every placeholder known; problems are noted in the reader. */
export function readTemplates(reader: Reader, label: string, raw: RawTemplates): MessageTemplates {
  const read = Object.entries(raw).flatMap(([kind, given]) => {
    if (given === undefined) return []
    const texts = [given.page ?? '', ...Object.values(given.data)]
    for (const name of texts.flatMap((text) => text.match(/\{[^}]*\}/g) ?? [])) {
      const isKnown = placeholders.some((one) => `{${one}}` === name)
      if (isKnown) continue
      const known = placeholders.map((one) => `{${one}}`).join(' ')
      reader.wrong(`${label}.${kind}`, `has ${name}, which is none of ${known}`)
    }
    const { template_id: templateId, page = null, data } = given
    return [[kind, { templateId, page, data }]]
  })
  return Object.fromEntries(read) as MessageTemplates
}

/** MINITILL_SUBSCRIBE_MESSAGES: the same as a file, for a single app. */
export function templatesOfFile(reader: Reader): RawTemplates | undefined {
  const name = 'MINITILL_SUBSCRIBE_MESSAGES'
  const file = reader.text(name)
  if (file === null) return undefined
  try {
    // No secret is in it, so that everybody may read it.
    const read = templatesShape.safeParse(JSON.parse(readFileSync(resolve(file), 'utf8')))
    if (read.success) return read.data
    for (const { path, message } of read.error.issues) {
      reader.wrong(`${name} ${path.join('.')}`, message)
    }
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read; check the path'
    reader.wrong(name, `${file} ${why}`)
  }
  return undefined
}
