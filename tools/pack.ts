// `npm run pack`: builds the pages and writes one tarball, dist/minitill-<version>.tgz.
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { layOut } from './pack/build.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const folder = join(root, 'dist', 'package')

execFileSync(process.execPath, [join(root, 'tools/start/pages.ts')], { stdio: 'inherit' })
const files = layOut(root, folder)
const packed = execFileSync(
  'npm',
  ['pack', '--silent', '--ignore-scripts', '--pack-destination', join(root, 'dist')],
  { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' },
)
console.log(`${join(root, 'dist', packed.trim())}: ${files.length} files`)
