// A drawer that Escape closes wherever the focus is. A button that is switched off while it works
// drops the focus, and the drawer's own listener then hears nothing.
import { useEffect } from 'react'
import { Drawer, type DrawerProps } from 'tdesign-react'

export function SideDrawer(props: DrawerProps & { close(): void }) {
  const { close, ...rest } = props
  const { visible } = rest
  useEffect(() => {
    if (!visible) return
    const listen = ({ key, target }: KeyboardEvent) => {
      if (key === 'Escape' && target === document.body) close()
    }
    document.addEventListener('keydown', listen)
    return () => document.removeEventListener('keydown', listen)
  }, [visible, close])
  return <Drawer {...rest} footer={false} onClose={close} />
}
