// What the phone asks WeChat for beside the cashier: templates, subscriptions, receipts, sessions.
import type {
  EnterOptions,
  ReceiptOrder,
  SubscribeAnswer,
} from '../../../miniprogram/runtime/host.ts'
import { call } from '../control.ts'
import { fieldsOf, listOf, numberOf, textOf } from '../read.ts'
import type { PhoneStore } from './store.ts'

/** The appid of WeChat's own confirm receipt component, and the scene of coming back from it. */
const COMPONENT = 'wx1183b055aeec94d1'
const SCENE_BACK = 1038

export interface Template {
  id: string
  title: string
  banned: boolean
}

export interface Receipt {
  status: string
  trouble: string
  description: string
  total: number
  order: Record<string, string>
}

async function templatesOf(person: string, appid: string): Promise<Template[]> {
  const query = new URLSearchParams({ person, appid })
  return listOf((await call('GET', `/_sim/templates?${query}`))['data']).map((value) => {
    const fields = fieldsOf(value)
    const { banned } = fieldsOf(fields['subscription'])
    return {
      id: textOf(fields['template_id']),
      title: textOf(fields['title']),
      banned: banned === true,
    }
  })
}

/**
 * Asks the person for the templates. Where none is registered with the simulator, every id is taken
 * and nothing is counted; otherwise an unknown one is refused, as WeChat does.
 */
export async function subscribe(
  store: PhoneStore,
  appid: string,
  ids: string[],
): Promise<SubscribeAnswer | null> {
  const { person } = store.settings
  const known = await templatesOf(person, appid)
  const shown = ids.map((id) => {
    return known.find((one) => one.id === id) ?? { id, title: '', banned: false }
  })
  if (known.length > 0 && shown.some((one) => one.title === '')) return null
  const asked = shown.filter(({ banned }) => !banned)
  const allowed =
    asked.length > 0 &&
    (await store.ask<boolean>((answer) => ({ kind: 'subscribe', templates: asked, answer })))
  const choice = allowed ? 'accept' : 'reject'
  const results: SubscribeAnswer = Object.fromEntries(asked.map(({ id }) => [id, choice]))
  if (known.length > 0 && asked.length > 0) {
    await call('POST', '/_sim/subscriptions', { appid, person, results })
  }
  const banned = shown.filter((one) => one.banned).map(({ id }) => [id, 'ban'] as const)
  return { ...results, ...Object.fromEntries(banned) }
}

async function receiptOf(person: string, order: ReceiptOrder, action: string): Promise<Receipt> {
  const answer = await call('POST', '/_sim/receipts', { person, ...order, action })
  const fields = fieldsOf(answer['order'])
  const names = ['transaction_id', 'merchant_id', 'merchant_trade_no']
  const ids = names.map((name) => [name, textOf(fields[name])]).filter(([, id]) => id !== '')
  return {
    status: textOf(answer['status']),
    trouble: textOf(answer['errormsg']),
    description: textOf(fields['description']),
    total: numberOf(fields['total']),
    order: ids.length === 0 ? { ...order } : Object.fromEntries(ids),
  }
}

/** How App.onShow learns what the person did: `cancel` when nothing was confirmed. */
function enterWith(receipt: Receipt, status: string): EnterOptions {
  const error = receipt.trouble === '' ? {} : { errormsg: receipt.trouble }
  const extraData = { status, ...error, req_extradata: receipt.order }
  return { scene: SCENE_BACK, referrerInfo: { appId: COMPONENT, extraData } }
}

/** Opens the component; the mini program rests behind it and hears the result when it comes back. */
export async function confirmReceipt(store: PhoneStore, order: ReceiptOrder): Promise<void> {
  const { person } = store.settings
  const seen = await receiptOf(person, order, 'look')
  store.runtime?.hide()
  const finish = async () => {
    const confirmed = await store.ask<boolean>((answer) => {
      return { kind: 'receipt', receipt: seen, answer }
    })
    const last = confirmed ? await receiptOf(person, order, 'confirm') : seen
    const untouched = seen.trouble === '' ? 'cancel' : 'fail'
    store.runtime?.show(enterWith(last, confirmed ? last.status : untouched))
  }
  void finish()
}

/** Whether the session_key of the latest code is alive (M7). */
export async function checkSession(store: PhoneStore): Promise<boolean> {
  const { person } = store.settings
  const answer = await call('POST', '/_sim/check-session', { person })
  return answer['errMsg'] === 'checkSession:ok'
}
