// The drawn phone around the mini program's iframe.
import { useSyncExternalStore } from 'react'
import { HomeIndicator, NavigationBar, StatusBar, TabBar } from './bars.tsx'
import { Banner, type Cards } from './cards.tsx'
import { Cashier } from './cashier.tsx'
import { DialogLayer, Toast } from './dialogs.tsx'
import { Home } from './home.tsx'
import { type Problem, Problems } from './problems.tsx'
import type { PhoneState, PhoneStore } from './store.ts'

interface PhoneProps {
  store: PhoneStore
  name: string
  time: string
  problems: Problem[]
  landed: Omit<Cards, 'store'>
}

export function Phone({ store, name, time, problems, landed }: PhoneProps) {
  const state = useSyncExternalStore(store.subscribe, store.get)
  const home = state.place === 'home'
  const white = home || (state.chrome?.textStyle === 'white' && state.cashier?.step.name !== 'paid')
  return (
    <div className="phone" data-testid="phone">
      <i className="side-button side-left-1" />
      <i className="side-button side-left-2" />
      <i className="side-button side-left-3" />
      <i className="side-button side-right" />
      <div className={white ? 'phone-screen white' : 'phone-screen'} data-testid="phone-screen">
        <i className="island" />
        <StatusBar time={time} />
        {state.life > 0 && <Program store={store} state={state} />}
        {home && <Home {...{ store, name, time }} landed={{ store, ...landed }} />}
        {state.toast !== null && <Toast toast={state.toast} />}
        {state.dialog !== null && <DialogLayer {...{ name }} dialog={state.dialog} />}
        {state.cashier !== null && <Cashier cashier={state.cashier} />}
        {!home && <Problems key={state.life} problems={[...problems, ...state.failures]} />}
        {!home && <Banner key={store.settings.person} {...{ store }} {...landed} />}
        <HomeIndicator store={store} dark={home} />
      </div>
    </div>
  )
}

/** Stays mounted while the mini program rests in the background. */
function Program({ store, state }: { store: PhoneStore; state: PhoneState }) {
  const { chrome, life } = state
  const custom = chrome?.custom === true
  const classes = ['program']
  if (state.place === 'home') classes.push('program-hidden')
  if (custom) classes.push('program-custom')
  return (
    <div className={classes.join(' ')}>
      <div
        className="program-top"
        style={{ background: custom ? 'transparent' : (chrome?.background ?? '#fff') }}
      >
        {chrome !== null && <NavigationBar {...{ chrome, store }} />}
      </div>
      <iframe
        key={life}
        id="screen"
        title="小程序"
        src={`/_phone/screen?life=${life}`}
        data-testid="mini-program"
      />
      {chrome !== null && <TabBar {...{ chrome, store }} />}
    </div>
  )
}
