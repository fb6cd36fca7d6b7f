import { existsSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The seeded credentials that the simulator made for this data folder. */
export interface SeedCredentials {
  appid: string
  app_secret: string
  message_token: string
  message_aes_key: string
  mchid: string
  serial_no: string
  private_key: string
  certificate: string
  apiv3_key: string
  public_key_id: string
  public_key: string
}

/** Folder of the checkout, or of the installed package. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '')

/** Path of a program of ours: TypeScript in a checkout, JavaScript in the packed package. */
export function programPath(name: string): string {
  const source = `${root}/${name}.ts`
  return existsSync(source) ? source : `${root}/${name}.js`
}

/** Makes the seeded credentials once, or reads them back, through the simulator's own code. */
export async function seedCredentials(folder: string): Promise<SeedCredentials> {
  const room: unknown = await import(pathToFileURL(programPath('simulator/index')).href)
  if (!hasSeed(room)) throw new Error('simulator/index does not export ensureSeedCredentials')
  return room.ensureSeedCredentials(folder)
}

function hasSeed(
  room: unknown,
): room is { ensureSeedCredentials: (folder: string) => Promise<SeedCredentials> } {
  return typeof room === 'object' && room !== null && 'ensureSeedCredentials' in room
}

/** Where the pair finds its programs; tests of the supervision put stand-ins here. */
export interface Rooms {
  program(name: string): string
  seed(folder: string): Promise<SeedCredentials>
}

export const realRooms: Rooms = { program: programPath, seed: seedCredentials }
