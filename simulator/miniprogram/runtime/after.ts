/** Runs after the current tree is drawn; unlike animation frames also in a hidden browser tab. */
export function afterFrame(run: () => void): void {
  setTimeout(run, 16)
}

/** Lets an exception surface (console, App.onError) without stopping the caller. */
export function surface(error: unknown): void {
  setTimeout(() => {
    throw error
  }, 0)
}
