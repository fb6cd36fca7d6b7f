// The mini program on the disk, as the page follows it: its name, its mistakes, and its reloading.
import { useEffect, useRef, useState } from 'react'
import { control } from './control.ts'
import { type Problem, problemsOf } from './phone/problems.tsx'
import type { PhoneStore } from './phone/store.ts'
import { fieldsOf, textOf } from './read.ts'

export interface ShownProgram {
  name: string
  folder: string
  problems: Problem[]
}

/**
 * Asks about the mini program with every new life of it, and begins a new life when `version`, the
 * state of its files, is no longer the one that runs.
 */
export function useProgram(store: PhoneStore, version: string): ShownProgram {
  const [program, setProgram] = useState<ShownProgram>({ name: '小程序', folder: '', problems: [] })
  const running = useRef('')
  useEffect(() => {
    let life = -1
    const look = () => {
      if (store.get().life === life || store.get().life === 0) return
      life = store.get().life
      control.program().then(
        (answer) => {
          const window = fieldsOf(fieldsOf(answer['app'])['window'])
          const name = textOf(window['navigationBarTitleText'], '小程序')
          const folder = textOf(answer['folder'])
          running.current = textOf(answer['version'])
          setProgram({ name, folder, problems: problemsOf(answer['problems']) })
        },
        () => undefined,
      )
    }
    look()
    return store.subscribe(look)
  }, [store])
  useEffect(() => {
    if (running.current === '' || version === '' || version === running.current) return
    running.current = version
    store.reload()
  }, [store, version])
  return program
}
