import { randomBytes } from 'node:crypto'

/** What somebody who knows the shape of tokens would try, beside 500 drawn at random. */
export function stolenTokens(known: string): string[] {
  const body = known.slice(3)
  const drawn = Array.from({ length: 500 }, () => `mt_${randomBytes(32).toString('base64url')}`)
  const close = Array.from({ length: body.length }, (_, place) => {
    const other = body[place] === 'A' ? 'B' : 'A'
    return `mt_${body.slice(0, place)}${other}${body.slice(place + 1)}`
  })
  const shapes = [body, `sk_${body}`, `${known}A`, known.slice(0, -1), `mt_${'A'.repeat(43)}`]
  return [...drawn, ...close, ...shapes, `mt_${'A'.repeat(250)}`, "mt_' OR '1'='1", 'mt_%00']
}
