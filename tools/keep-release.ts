// `npm run keep-release`: lives a shop's life with the present code and keeps its database, the WeChat
// beside it and the packed server in tests/upgrade/releases/<version>. Once for each release.
import { version } from '../server/main.ts'
import { keptVersions } from '../tests/upgrade/keep/release.ts'
import { runLane, vitest } from './lanes/lane.ts'
import { lookAround } from './lanes/machine.ts'

if (keptVersions().includes(version)) {
  console.error(`${version} is kept already: a kept release never changes; raise the version first`)
  process.exit(1)
}
const { databaseUrl } = await lookAround(process.env)
const env = {
  MINITILL_KEEP_RELEASE: '1',
  ...(databaseUrl === null ? {} : { MINITILL_TEST_DATABASE_URL: databaseUrl }),
}
const { failed } = await runLane({ ...vitest('keep release', 'upgrade', ['upgrade/life']), env })
process.exit(failed === 0 ? 0 : 1)
