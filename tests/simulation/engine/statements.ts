// What the text of a statement says by itself. There are some hundred texts, and each is run often.

/** The same answer, worked out once for each text. */
export function ofText<T>(answer: (sql: string) => T): (sql: string) => T {
  const known = new Map<string, T>()
  return (sql) => {
    const found = known.get(sql)
    if (found !== undefined) return found
    const made = answer(sql)
    known.set(sql, made)
    return made
  }
}
