// The phone's routes: the page, the screen inside its iframe, and the mini program's network.
import { readFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ProgramNews } from '../control/journal-stream.ts'
import { RuntimeBundle } from '../miniprogram/bundle.ts'
import { ProjectError } from '../miniprogram/compile/problem.ts'
import { ProgramCompiler } from '../miniprogram/compile/program.ts'
import { findAsset, openProject } from '../miniprogram/compile/project.ts'
import { PageFiles } from './page-files.ts'
import { registerProxy } from './proxy.ts'
import { escapeHtml, noticeHtml, screenHtml } from './screen.ts'

/** What the page needs to know about the world it shows. */
export interface PageWorld {
  defaultAppid(): string
  /** Origins that a mini program may call, such as the server's. */
  allowedOrigins(): string[]
  /** Whether the phone's network sends the next POST twice (a fault). */
  sendsTwice(): boolean
}

export interface PageOptions {
  /** Folder of a native mini program, the one with project.config.json. */
  appFolder: string
  world: PageWorld
  /** Tells the page when a file of the mini program changed. */
  program?: ProgramNews
}

const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml',
}

/**
 * Mounts the phone: `/` and `/_phone/*`. The page is built and the mini program compiled when they
 * are first asked for; a mistake in the mini program is shown on the phone, with file and line.
 */
export function registerPage(app: FastifyInstance, options: PageOptions): void {
  const compiler = new ProgramCompiler(options.appFolder)
  const runtime = new RuntimeBundle()
  registerPageFiles(app)
  app.get('/_phone/screen', async (_request, reply) => {
    const shown = await attempt(reply, () => compiler.current())
    if (shown === null) return reply
    return html(reply, screenHtml(runtime.baseStyle()))
  })
  app.get('/_phone/runtime.js', async (_request, reply) => {
    return fresh(reply)
      .type('text/javascript; charset=utf-8')
      .send(await runtime.script())
  })
  app.get('/_phone/app.js', async (_request, reply) => {
    const program = await attempt(reply, () => compiler.current())
    if (program === null) return reply
    return fresh(reply).type('text/javascript; charset=utf-8').send(program.js)
  })
  app.get('/_phone/app.css', async (_request, reply) => {
    const program = await attempt(reply, () => compiler.current())
    if (program === null) return reply
    return fresh(reply).type('text/css; charset=utf-8').send(program.css)
  })
  app.get('/_phone/program', async (_request, reply) => {
    return fresh(reply).send(await describe(compiler, options))
  })
  registerAssets(app, options.appFolder)
  registerProxy(app, options.world)
}

/** What the page shows about the mini program; one that is none at all is a problem like others. */
async function describe(compiler: ProgramCompiler, options: PageOptions): Promise<object> {
  const about = {
    appid: options.world.defaultAppid(),
    folder: basename(resolve(options.appFolder)),
    version: options.program?.version() ?? '',
  }
  try {
    const { config, problems } = await compiler.current()
    return { ...about, app: config.app, problems }
  } catch (error) {
    if (!(error instanceof ProjectError)) throw error
    const file = /^project\.config\.json/.test(error.message) ? 'project.config.json' : 'app.json'
    const problem = { severity: 'error', file, line: 0, column: 0, message: error.message }
    return { ...about, app: {}, problems: [problem] }
  }
}

function registerPageFiles(app: FastifyInstance): void {
  const files = new PageFiles()
  app.get('/', async (_request, reply) => {
    const index = await attempt(reply, () => files.index())
    return index === null ? reply : html(reply, index)
  })
  app.get<{ Params: { '*': string } }>('/_phone/page/*', async (request, reply) => {
    const file = await attempt(reply, () => files.find(request.params['*']))
    if (file === null) return reply.sent ? reply : notFound(reply)
    reply.header('cache-control', 'public, max-age=31536000, immutable')
    return reply.type(file.type).send(file.bytes)
  })
}

/** Pictures of the mini program; nothing else of it can be read this way. */
function registerAssets(app: FastifyInstance, appFolder: string): void {
  app.get<{ Params: { '*': string } }>('/_phone/app-assets/*', async (request, reply) => {
    const name = request.params['*']
    const type = TYPES[name.split('.').at(-1)?.toLowerCase() ?? '']
    const path = type === undefined ? null : findAsset(openProject(appFolder), name)
    if (type === undefined || path === null) return notFound(reply)
    reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
    return fresh(reply).type(type).send(readFileSync(path))
  })
}

/** Runs what may fail by a mistake of the person's, and then shows a page that says which. */
async function attempt<T>(reply: FastifyReply, run: () => Promise<T>): Promise<T | null> {
  try {
    return await run()
  } catch (error) {
    const known = error instanceof ProjectError
    const reason = known ? error.message : 'The phone could not be prepared; see the log.'
    if (!known) reply.log.error(error)
    await html(reply.code(known ? 422 : 500), noticeHtml(escapeHtml(reason)))
    return null
  }
}

function notFound(reply: FastifyReply): FastifyReply {
  return html(reply.code(404), noticeHtml('Not found. The phone is at <a href="/">/</a>.'))
}

function html(reply: FastifyReply, text: string): FastifyReply {
  return fresh(reply).type('text/html; charset=utf-8').send(text)
}

function fresh(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store').header('x-content-type-options', 'nosniff')
}
