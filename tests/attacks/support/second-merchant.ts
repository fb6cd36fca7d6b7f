// A second app and merchant on the same server, each with keys of its own.
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningSimulator } from '../../../simulator/index.ts'
import { Http } from '../../support/http.ts'

type Environment = Record<string, string | undefined>

export const second = {
  mchid: '1999988888',
  serial: 'B'.repeat(40),
  apiv3Key: `MinitillSimulator${'b'.repeat(15)}`,
}
const folder = mkdtempSync(join(tmpdir(), 'minitill-attacks-'))

/** Deletes the settings file that holds the keys. */
export function forgetParties(): void {
  rmSync(folder, { recursive: true, force: true })
}

/** Registers them at WeChat, and gives the settings of a server that has both. */
export async function withSecondMerchant(
  simulator: RunningSimulator,
  usual: Environment,
): Promise<Environment> {
  const c = simulator.credentials
  const control = new Http(simulator.url)
  const appid = 'wx0000bbbbbbbbbbbb'
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  await control.post('/_sim/apps', { appid, secret: 's'.repeat(32) })
  const registered = await control.post('/_sim/merchants', {
    mchid: second.mchid,
    appids: [appid],
    apiv3_key: second.apiv3Key,
    certificate_serial: second.serial,
    public_key: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    verification: 'both',
  })
  if (registered.status !== 201) throw new Error(registered.text)
  const file = join(folder, 'parties.json')
  const parties = {
    apps: [
      { appid: c.appid, secret: c.app_secret },
      { appid, secret: 's'.repeat(32) },
    ],
    merchants: [
      {
        mchid: c.mchid,
        appids: [c.appid],
        serial_no: c.serial_no,
        private_key: c.private_key,
        apiv3_key: c.apiv3_key,
        public_key_id: c.public_key_id,
        public_key: c.public_key,
      },
      {
        mchid: second.mchid,
        appids: [appid],
        serial_no: second.serial,
        private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        apiv3_key: second.apiv3Key,
        public_key_id: registered.json.public_key.id,
        public_key: registered.json.public_key.public_key,
      },
    ],
  }
  writeFileSync(file, JSON.stringify(parties), { mode: 0o600 })
  const others = Object.entries(usual).filter(([name]) => !/^WECHAT/.test(name))
  return { ...Object.fromEntries(others), MINITILL_CONFIG: file }
}
