// A folder of a native mini program in, JavaScript and CSS for the phone's screen out.
import { type ProgramConfig, readConfigs } from './configs.ts'
import { reportLimits } from './limits.ts'
import { type Problem, Problems } from './problem.ts'
import { openProject, type Project } from './project.ts'
import { compileScripts } from './scripts.ts'
import { compileStyles } from './styles.ts'
import { compileTemplates } from './templates.ts'

export interface CompiledProgram {
  project: Project
  config: ProgramConfig
  /** Sets `window.minitillProgram`; the runtime reads it. */
  js: string
  css: string
  problems: Problem[]
}

/**
 * Compiles a mini program in memory; nothing is written. Mistakes in it become problems, and what
 * can be used is used all the same. Throws ProjectError when the folder is no mini program.
 */
export async function compileProgram(project: Project): Promise<CompiledProgram> {
  const problems = new Problems()
  const config = readConfigs(project, problems)
  const modules = await compileScripts(project, problems)
  const templates = compileTemplates(project, problems)
  const css = compileStyles(project, config, problems)
  reportLimits(project, config, problems)
  const fields = Object.entries({
    app: JSON.stringify(config.app),
    appid: JSON.stringify(project.appid),
    pages: JSON.stringify(config.pages),
    entries: JSON.stringify(config.entries),
    problems: JSON.stringify(problems.list),
    modules: JSON.stringify(modules),
    templates,
  })
  const body = fields.map(([name, value]) => `${name}: ${value}`).join(',\n')
  return {
    project,
    config,
    js: `window.minitillProgram = {\n${body}\n}\n`,
    css,
    problems: problems.list,
  }
}

/** Compiles a folder when it is asked for and keeps the result until a file changes. */
export class ProgramCompiler {
  readonly #folder: string
  #latest: { fingerprint: string; program: Promise<CompiledProgram> } | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The mini program as it is on disk now; rejects with ProjectError when there is none. */
  async current(): Promise<CompiledProgram> {
    const project = openProject(this.#folder)
    if (this.#latest?.fingerprint !== project.fingerprint) {
      this.#latest = { fingerprint: project.fingerprint, program: compileProgram(project) }
    }
    return this.#latest.program
  }
}
