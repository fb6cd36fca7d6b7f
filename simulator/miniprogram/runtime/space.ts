// Prepares glass-easel's code space: settings, templates and style scopes of every component.
import { afterFrame } from './after.ts'
import type { Backend, CodeSpace, EngineComponent } from './engine.ts'
import { type Associated, createEnvironment } from './engine.ts'
import type { Program } from './program.ts'

export interface Stage {
  space: CodeSpace
  associated: Associated
}

/** Makes the code space of a mini program; its components are registered by the module loader. */
export function createStage(backend: Backend): Stage {
  const environment = createEnvironment()
  const space = environment.createCodeSpace('', true)
  writePlainIds(space)
  fireReady(space)
  return { space, associated: environment.associateBackend(backend) }
}

/** Makes settings, templates and style scopes known, before any script runs. */
export function registerCode(space: CodeSpace, program: Program): void {
  for (const [path, { config, prefix }] of Object.entries(program.entries)) {
    space.addComponentStaticConfig(path, config)
    if (prefix !== undefined) space.addStyleSheet(path, undefined, prefix)
    const content = program.templates[path]
    if (content !== undefined) {
      space.addCompiledTemplate(path, { groupList: program.templates, content })
    }
  }
}

/** The adapter prefixes ids and keeps them to itself; WXSS and tests need `#id` in the DOM. */
function writePlainIds(space: CodeSpace): void {
  const prepare = space.prepareComponentOptions.bind(space)
  space.prepareComponentOptions = (...args) => {
    const [options, isolation] = prepare(...args)
    return [{ ...options, idPrefixGenerator: null, writeIdToDOM: true }, isolation]
  }
}

/** The engine leaves `ready` to its host: after a tree is attached, children first. */
function fireReady(space: CodeSpace): void {
  let waiting: EngineComponent[] = []
  const fire = () => {
    const components = waiting.reverse()
    waiting = []
    for (const component of components) component.triggerLifetime('ready', [])
  }
  const behavior = space.getComponentSpace().defineBehavior({
    lifetimes: {
      attached(this: EngineComponent & { _$?: EngineComponent }) {
        if (waiting.length === 0) afterFrame(fire)
        waiting.push(this._$ ?? this)
      },
    },
  })
  space.setOverallBehavior(behavior)
}
