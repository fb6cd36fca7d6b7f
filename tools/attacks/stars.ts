// What the tests cannot say of themselves: which attacks are about money, and which of these have no
// negative control. A control that comes wins over a line here.

/** ★: attacks on money. */
export const stars: readonly number[] = [
  17, 20, 21, 27, 31, 32, 34, 35, 36, 37, 43, 45, 46, 47, 48, 49, 50, 51, 57, 58, 59, 60, 64, 66,
  67, 68, 71, 72, 84,
]

/** ★ attacks whose guard cannot be taken away by itself, with the reason. */
export const withoutControl: Readonly<Record<number, string>> = {
  32: "the guard is WeChat's cashier, which checks the signature over the prepay_id",
}
