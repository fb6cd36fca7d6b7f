// The watchdog: a small process beside the embedded PostgreSQL. When its owner was killed and
// nobody of ours has used the server for a minute, it stops the server and ends.
import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from 'pg'
import { type Cluster, openCluster, type Postmaster, readPostmaster } from './cluster.ts'
import { connect, countOthers, disown, nameOf, ownerName, rename, tryOwn } from './ownership.ts'
import { stopServer } from './stop.ts'

const ORPHAN_MS = 60_000
const POLL_MS = 2_000

async function watch(cluster: Cluster, server: Postmaster, client: Client): Promise<void> {
  let alone = 0
  for (;;) {
    await pause(POLL_MS)
    const used = (await ownerName(client)) !== null || (await countOthers(client, 'guest')) > 0
    alone = used ? 0 : alone + POLL_MS
    if (alone < ORPHAN_MS) continue
    // The lock decides against a start at the same instant: only its holder may stop the server.
    if (!(await tryOwn(client))) continue
    if ((await countOthers(client, 'guest')) > 0) {
      await disown(client)
      continue
    }
    await rename(client, nameOf('watchdog', '(stopping)'))
    await stopServer(cluster, server)
    return
  }
}

const cluster = openCluster(process.argv[2] ?? '')
const server = readPostmaster(cluster)
const client = server === null ? null : await connect(cluster, server, nameOf('watchdog', 'watch'))
if (server !== null && client !== null) {
  // Its connection ends with the server: then there is nothing left to watch.
  client.once('end', () => process.exit(0))
  await watch(cluster, server, client).catch(() => {})
}
process.exit(0)
