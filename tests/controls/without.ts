/** Runs a story while the guards of an attack are taken away. */
export async function without<T>(attack: string, story: () => Promise<T>): Promise<T> {
  const place = globalThis as { minitillWithout?: Set<string> }
  place.minitillWithout = new Set([attack])
  try {
    return await story()
  } finally {
    delete place.minitillWithout
  }
}
