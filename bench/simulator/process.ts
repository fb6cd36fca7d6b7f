// The measured process. Its parent says when it may go.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { startSimulator } from '../../simulator/index.ts'

const [kind = '', folder = ''] = process.argv.slice(2)

/** Answers as long as WeChat's, to no effect. */
function bare(): Promise<string> {
  const answer = JSON.stringify({ prepay_id: 'wx23110000000000000000000000000000000000' })
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(answer)
    })
  })
  return new Promise((done) => {
    server.listen(0, '127.0.0.1', () => {
      done(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    })
  })
}

const dataDir = kind === 'durable' ? join(folder, 'simulator') : null
const simulator = await startSimulator({ port: 0, dataDir })
const url = kind === 'bare' ? await bare() : simulator.url
process.on('message', () => {
  void simulator.stop().then(() => process.exit(0))
})
process.send?.({ url, credentials: simulator.credentials })
