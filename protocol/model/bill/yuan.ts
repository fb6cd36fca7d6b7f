// Yuan as bills write it. Signed, unlike an amount: a returned fee is negative. By digits only.

/** Signed hundred-thousandths of a yuan: a thousandth of a fen, in which bills write fees. */
export type Mills = number

const YUAN = /^(-?)(0|[1-9][0-9]{0,9})(?:\.([0-9]{1,5}))?$/

/** Mills in one fen. */
export const millsPerFen = 1000

/** Reads "-0.60000" exactly; null for any other text than digits with up to five decimals. */
export function millsOf(text: string): Mills | null {
  const match = YUAN.exec(text)
  if (match === null) return null
  const [, sign, yuan = '', decimals = ''] = match
  const mills = Number(yuan + decimals.padEnd(5, '0'))
  // Adding zero turns -0 into 0.
  return (sign === '-' ? -mills : mills) + 0
}

/** Reads a whole amount as signed fen; null for parts of a fen too. */
export function signedFenOf(text: string): number | null {
  const mills = millsOf(text)
  return mills === null || mills % millsPerFen !== 0 ? null : mills / millsPerFen + 0
}

/** The nearest fen, half of one away from zero: how a fee that was told finer is charged. */
export function nearestFen(mills: Mills): number {
  const fen = Math.floor((Math.abs(mills) + millsPerFen / 2) / millsPerFen)
  return (mills < 0 ? -fen : fen) + 0
}
