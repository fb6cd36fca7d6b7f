// Fen as yuan and back, by text and never by floating point.

const MOST_FEN = 10_000_000

/** Fen as people write them: 123456 is "¥1,234.56", -5 is "−¥0.05". */
export function yuanText(fen: number | bigint): string {
  const digits = plainYuan(fen < 0 ? -fen : fen)
  const [whole = '0', cents = '00'] = digits.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${fen < 0 ? '−' : ''}¥${grouped}.${cents}`
}

/** Fen of an amount that is not negative as an input field takes them: 123456 is "1234.56". */
export function plainYuan(fen: number | bigint): string {
  const digits = String(fen).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** "12.8" is 1280 fen; null when it is no price from 0.01 to 100000 yuan. */
export function fenFromYuan(text: string): number | null {
  const match = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(text.trim())
  if (match === null) return null
  const fen = Number(`${match[1]}${(match[2] ?? '').padEnd(2, '0')}`)
  return fen >= 1 && fen <= MOST_FEN ? fen : null
}

/** "20" pieces; null when it is no whole number from 0 to a milliard. */
export function piecesFrom(text: string): number | null {
  const pieces = /^\d{1,10}$/.test(text.trim()) ? Number(text) : -1
  return pieces >= 0 && pieces <= 1_000_000_000 ? pieces : null
}
