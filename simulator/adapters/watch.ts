// Watches a mini program's folder for changes. Folder by folder and not recursively, so that
// node_modules and hidden folders cost nothing and their number is bounded.
import { type FSWatcher, readdirSync, watch } from 'node:fs'
import { join } from 'node:path'

const MOST_FOLDERS = 500
/** An editor that saves all files, or a formatter, makes many events within this long. */
const QUIET_MS = 120

/** Calls back when files below the folder changed and then rested; the answer stops watching. */
export function watchFolder(folder: string, changed: () => void): () => void {
  const watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | null = null
  const happened = () => {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => {
      timer = null
      follow()
      changed()
    }, QUIET_MS)
  }
  const follow = () => {
    const now = new Set(foldersOf(folder))
    for (const [path, watcher] of watchers) {
      if (now.has(path)) continue
      watcher.close()
      watchers.delete(path)
    }
    for (const path of now) if (!watchers.has(path)) add(path)
  }
  const add = (path: string) => {
    try {
      const watcher = watch(path, happened)
      watcher.on('error', () => watchers.delete(path))
      watchers.set(path, watcher)
    } catch {
      // Gone again, or no more watchers to be had: the phone's restart button still reads afresh.
    }
  }
  follow()
  return () => {
    if (timer !== null) clearTimeout(timer)
    for (const watcher of watchers.values()) watcher.close()
    watchers.clear()
  }
}

function foldersOf(root: string): string[] {
  const found = [root]
  for (const folder of found) {
    if (found.length >= MOST_FOLDERS) break
    for (const name of subfolders(folder)) found.push(join(folder, name))
  }
  return found.slice(0, MOST_FOLDERS)
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .filter((name) => name !== 'node_modules' && !name.startsWith('.'))
  } catch {
    return []
  }
}
