import { createRoot } from 'react-dom/client'
import 'tdesign-react/es/style/index.css'
import './page.css'
import './phone/phone.css'
import './phone/dialogs.css'
import './phone/cashier.css'
import './inspector/inspector.css'
import { App } from './app.tsx'

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
