/** How the books of a day's end lead to the sum that WeChat says the account held; all signed fen. */
export interface DayBalance {
  /** 账户结余 at the day's end. */
  readonly thereFen: number
  /** wechat_receivable of the merchant, by what had happened until then. */
  readonly ledgerFen: number
  /** Refunds that had left the account and had not arrived: negative. */
  readonly refundsUnderWayFen: number
  /** What other systems moved in the account since the opening. */
  readonly foreignFen: number
  /** Of the last minutes, and in the next day's bill. */
  readonly carriedFen: number
  /** Σ of what differences make, open ones and those that a person explained. */
  readonly differencesFen: number
}

/** What is left that nothing explains; zero when the books are right to the fen. */
export function unexplained(balance: DayBalance): number {
  const { thereFen, ledgerFen, refundsUnderWayFen, foreignFen, carriedFen, differencesFen } =
    balance
  return thereFen - (ledgerFen + refundsUnderWayFen + foreignFen + carriedFen + differencesFen)
}

interface Step {
  readonly amountFen: number
  readonly balanceFen: number
}

/**
 * The balances of a fund-flow bill follow from each other, oldest first or newest first. Fed
 * with the rows in their order; memory is one row.
 */
export class BalanceChain {
  #first: Step | null = null
  #last: Step | null = null
  #rises = true
  #falls = true

  add(row: Step): void {
    const last = this.#last
    if (last !== null) {
      this.#rises &&= row.balanceFen === last.balanceFen + row.amountFen
      this.#falls &&= last.balanceFen === row.balanceFen + last.amountFen
    }
    this.#first ??= row
    this.#last = row
  }

  /** The balances before and after all rows; null when they do not follow, or there are none. */
  ends(): { readonly openingFen: number; readonly closingFen: number } | null {
    const [first, last] = [this.#first, this.#last]
    if (first === null || last === null) return null
    if (this.#rises) {
      return { openingFen: first.balanceFen - first.amountFen, closingFen: last.balanceFen }
    }
    if (!this.#falls) return null
    return { openingFen: last.balanceFen - last.amountFen, closingFen: first.balanceFen }
  }
}
