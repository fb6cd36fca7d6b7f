import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { instanceId, outsidePlaces } from '../../server/store/embedded/place.ts'
import { EmbeddedError, openEmbedded } from '../../server/store/embedded.ts'
import { StartError } from '../start/settings.ts'

/**
 * Removes a data folder and the embedded database's place outside it.
 * @param sure `--yes`: do not ask
 * @returns the folders that were removed
 * @throws StartError when the folder is not one of ours; EmbeddedError when it is in use
 */
export async function reset(dataDir: string, sure: boolean): Promise<string[]> {
  const folder = resolve(dataDir)
  if (!existsSync(folder)) return []
  if (!existsSync(join(folder, 'instance.json')) && !existsSync(join(folder, 'simulator'))) {
    throw new StartError(`${folder} is not a data folder of minitill: nothing was removed`)
  }
  const outside = existsSync(join(folder, 'instance.json')) ? outsidePlaces(instanceId(folder)) : []
  const places = [...outside.filter((place) => existsSync(place)), folder]
  if (!sure) await ask(places)
  await endServer(folder, places)
  for (const place of outside) rmSync(place, { recursive: true, force: true })
  return [...outside.filter((place) => places.includes(place)), ...emptyFolder(folder)]
}

/** What we write into a data folder; a file of the person's own in it stays. */
const ours =
  /^(instance\.json|development\.env|simulator|logs|sessions[^/]*|postgres[^/]*)(\.new-\w+)?$/

function emptyFolder(folder: string): string[] {
  const names = readdirSync(folder)
  const mine = names.filter((name) => ours.test(name))
  for (const name of mine) rmSync(join(folder, name), { recursive: true, force: true })
  if (mine.length < names.length) return mine.map((name) => join(folder, name))
  rmdirSync(folder)
  return [folder]
}

async function ask(places: readonly string[]): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new StartError('reset asks before it removes anything: use --yes where nobody can answer')
  }
  const prompt = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await prompt.question(`remove ${places.join(' and ')} for ever? [y/N] `)
  prompt.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new StartError('nothing was removed')
}

/** A database in use refuses; a server that a killed start left behind is stopped first. */
async function endServer(folder: string, places: readonly string[]): Promise<void> {
  const homes = [...places.map((place) => join(place, 'home')), join(folder, 'postgres')]
  const pid = homes.map((home) => join(home, 'data', 'postmaster.pid')).find(existsSync)
  if (pid === undefined || readFileSync(pid, 'utf8') === '') return
  try {
    const database = await openEmbedded({ dataDir: folder, role: 'owner', holder: 'reset' })
    await database.stop()
  } catch (error) {
    if (error instanceof EmbeddedError && error.heldBy !== null) throw error
  }
}
