/** Says in the console, once a page life, that the phone lacks something that WeChat has. */
export function reportUnsupported(what: string): void {
  console.warn(`[minitill phone] ${what} is not simulated`)
}
