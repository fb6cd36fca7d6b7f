// First code in the screen's iframe: finds the phone around it and the compiled mini program.
import type { PhoneHost } from './host.ts'
import { startProgram } from './life.ts'
import type { Program } from './program.ts'

declare global {
  interface Window {
    minitillPhone?: PhoneHost
    minitillProgram?: Program
    /** For tests and for the curious: the running mini program. */
    minitillLife?: object
    getRegExp?: (pattern: string, flags?: string) => RegExp
    getDate?: (...args: unknown[]) => Date
    wxsConstructor?: (value: unknown) => string
  }
}

// WXS has these where JavaScript has `new RegExp`, `new Date` and `.constructor`.
window.getRegExp = (pattern, flags) => new RegExp(pattern, flags)
window.getDate = (...args) => Reflect.construct(Date, args)
window.wxsConstructor = (value) => Object.prototype.toString.call(value).slice(8, -1)

const host = window.parent.minitillPhone
const program = window.minitillProgram
const container = document.getElementById('mp-root')
if (host === undefined || container === null) {
  document.body.textContent = 'This page is the screen of the phone at /'
} else if (program !== undefined) window.minitillLife = startProgram(program, host, container)
