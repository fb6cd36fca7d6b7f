// Yuan as bills write it: by string, never by float. Signed, unlike an amount: a returned fee is
// negative.

/** 12.34 or -0.60 from signed fen. */
export function yuan(signedFen: number): string {
  const digits = String(Math.abs(signedFen)).padStart(3, '0')
  return `${signedFen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** A fee with its five decimals; WeChat charges whole fen, so that the last three are zeros. */
export function feeYuan(signedFen: number): string {
  return `${yuan(signedFen)}000`
}

/** Signed fen of a cell that `yuan` or `feeYuan` wrote. */
export function signedFen(cell: string): number {
  const match = /^(-?)(\d+)\.(\d{2})(?:000)?$/.exec(cell)
  if (match === null) throw new RangeError(`${cell} is not an amount of a bill`)
  const amount = Number(`${match[2]}${match[3]}`)
  return match[1] === '-' ? -amount : amount
}
