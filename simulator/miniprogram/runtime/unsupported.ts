/**
 * Says in the console and on the phone that it lacks something that WeChat has. The compiler may
 * have said so already, with file and line.
 */
export function reportUnsupported(what: string): void {
  console.warn(`[minitill phone] ${what} is not simulated`)
  const problems = window.minitillProgram?.problems ?? []
  if (problems.some(({ message }) => message.startsWith(`${what} `))) return
  window.parent.minitillPhone?.report('warning', `${what} is not simulated`)
}
