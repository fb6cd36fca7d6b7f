import { createRoot } from 'react-dom/client'
import 'tdesign-react/es/style/index.css'
// TDesign's messages draw themselves; with React 19 they need this.
import 'tdesign-react/es/_util/react-19-adapter'
import './styles/base.css'
import './styles/shell.css'
import './styles/screens.css'
import './styles/order.css'
import { App } from './app.tsx'

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<App />)
