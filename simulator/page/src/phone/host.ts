// The phone as the mini program's runtime sees it (`window.minitillPhone`).
import type { Metrics, PhoneConsent, PhoneHost } from '../../../miniprogram/runtime/host.ts'
import { control, type WorldState } from '../control.ts'
import { openCashier } from './cashier-flow.ts'
import { checkSession, confirmReceipt, subscribe } from './services.ts'
import type { PhoneStore } from './store.ts'

declare global {
  interface Window {
    minitillPhone?: PhoneHost
  }
}

/** Points, as on an iPhone 13 mini. */
export const METRICS: Metrics = {
  screenWidth: 375,
  screenHeight: 812,
  statusBarHeight: 44,
  navigationBarHeight: 44,
  safeAreaBottom: 34,
  capsule: { width: 87, height: 32, top: 50, right: 368, bottom: 82, left: 281 },
}

/** Joins the drawn phone, the simulator's control API and the mini program. */
export function createHost(store: PhoneStore, world: () => WorldState | null): PhoneHost {
  const person = () => store.settings.person
  const appid = () => world()?.apps[0]?.appid ?? ''
  const phoneNumber = () => world()?.people.find((one) => one.id === person())?.phone ?? ''
  return {
    appid,
    person,
    metrics: () => METRICS,
    launchPath: () => store.takeNext() ?? new URLSearchParams(location.search).get('path'),
    started: (runtime) => {
      store.runtime = runtime
    },
    setChrome: (chrome) => store.set({ chrome }),
    toast: (options) => store.showToast(options),
    modal: (options) =>
      store.ask((answer) => ({
        kind: 'modal',
        options,
        answer: (confirm, content) => answer({ confirm, content }),
      })),
    actionSheet: (options) => store.ask((answer) => ({ kind: 'actions', options, answer })),
    picker: (items, selected) =>
      store.ask((answer) => ({ kind: 'picker', items, selected, answer })),
    phoneConsent: async () => {
      const phone = phoneNumber()
      const allowed = await store.ask<boolean>((answer) => {
        return { kind: 'phone-number', phone, answer }
      })
      return allowed ? phoneCode(person()) : refusal(store)
    },
    subscribe: (templateIds) => subscribe(store, appid(), templateIds),
    confirmReceipt: (order) => confirmReceipt(store, order),
    checkSession: () => checkSession(store),
    cashier: (params) =>
      openCashier(params, {
        preview: (given) => control.preview(person(), given),
        act: (given, action) => control.cashier(person(), given, action),
        show: (cashier) => store.set({ cashier }),
      }),
    login: () => control.login(person()),
    leave: () => store.leave(),
    report: (severity, message, place = '') => store.report({ severity, place, message }),
  }
}

async function phoneCode(person: string): Promise<PhoneConsent> {
  try {
    return { allowed: true, code: await control.phoneCode(person) }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { allowed: false, errMsg: `getPhoneNumber:fail ${reason}` }
  }
}

/** The two texts seen on real phones; a program should test for `code` instead. */
function refusal(store: PhoneStore): PhoneConsent {
  const colon = store.settings.refusal === 'android' ? ':' : ' '
  return { allowed: false, errMsg: `getPhoneNumber:fail${colon}user deny` }
}
