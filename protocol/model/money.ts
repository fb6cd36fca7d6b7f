/** An amount in fen (分), the only unit of WeChat's JSON interfaces. Never yuan, never a float. */
export type Fen = number & { readonly __brand: 'Fen' }

/** Makes an amount. Throws RangeError unless `n` is a safe integer of zero or more. */
export function fen(n: number): Fen {
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new RangeError('an amount must be a whole number of fen, zero or more')
  }
  // Adding zero turns -0, which compares equal but prints differently, into 0.
  return (n + 0) as Fen
}

/** a + b; RangeError when the sum is no longer an exact integer. */
export function addFen(a: Fen, b: Fen): Fen {
  return fen(a + b)
}

/** a − b; RangeError when b is the larger one: a debt is never an amount. */
export function subtractFen(a: Fen, b: Fen): Fen {
  return fen(a - b)
}

/** Unit price × quantity (a whole number, zero or more); RangeError when it is no longer exact. */
export function timesFen(a: Fen, quantity: number): Fen {
  if (!Number.isSafeInteger(quantity) || quantity < 0) {
    throw new RangeError('a quantity must be a whole number, zero or more')
  }
  return fen(a * quantity)
}

/** The sum of any number of amounts; 0 for none. */
export function sumFen(amounts: Iterable<Fen>): Fen {
  let sum = fen(0)
  for (const amount of amounts) sum = addFen(sum, amount)
  return sum
}

/** "12.34": yuan for display and for bills, made from the digits and never by division. */
export function yuanText(amount: Fen): string {
  const digits = String(fen(amount)).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

const YUAN = /^(0|[1-9][0-9]{0,13})(?:\.([0-9]{1,2}))?$/

/**
 * Reads "12", "12.3" or "12.34" yuan as fen. Throws RangeError for anything else: signs, blanks,
 * thousands separators, exponents and a third decimal are refused, not guessed.
 */
export function fenFromYuanText(text: string): Fen {
  const match = YUAN.exec(text)
  if (match === null) throw new RangeError('yuan must be written like 12 or 12.34')
  const [, yuan = '', decimals = ''] = match
  return fen(Number(yuan + decimals.padEnd(2, '0')))
}
