import { createRoot } from 'react-dom/client'
import './page.css'
import './controls.css'
import './phone/phone.css'
import './phone/dialogs.css'
import './phone/cards.css'
import './phone/cashier.css'
import './phone/problems.css'
import './inspector/inspector.css'
import './inspector/dock.css'
import { App } from './app.tsx'

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
