// The part of glass-easel and of its mini program adapter that the phone uses, typed narrowly in
// one place. Both packages are pinned to 0.12.1: other versions differ in the event interface.
import * as glassEasel from 'glass-easel'
import { MiniProgramEnv } from 'glass-easel-miniprogram-adapter'

export type Handler = (...args: unknown[]) => unknown

/** A page or component as its author sees it (`this` in its methods). */
export type Caller = Record<string, unknown>

export interface EngineEvent {
  touches?: unknown[]
  changedTouches?: unknown[]
  getEventBubbleStatus(): unknown
}

export interface EventTypes {
  new (type: string, detail: unknown, options: unknown): EngineEvent
  dispatchEvent(target: unknown, event: EngineEvent): void
}

export interface BackendDocument {
  createElement(tag: string): HTMLElement
  createTextNode(text: string): Text
  createDocumentFragment(): DocumentFragment
}

export interface Backend {
  document: BackendDocument
  onEvent(
    listener: (target: unknown, type: string, detail: unknown, options: unknown) => unknown,
  ): void
}

/** A component of the engine, seen from outside. */
export interface EngineComponent {
  data: Record<string, unknown>
  setData(values: Record<string, unknown>): void
  getBackendElement(): HTMLElement
  triggerEvent(name: string, detail: unknown, options: object): void
  triggerLifetime(name: string, args: unknown[]): void
  triggerPageLifetime(name: string, args: unknown[]): void
}

export interface ComponentSpace {
  defineBehavior(definition: object): unknown
  defineComponent(definition: object): unknown
  setGlobalUsingComponent(name: string, component: unknown): void
}

export interface BehaviorBuilder {
  definition(definition: object): { register(): unknown }
}

export type Registrar = Record<'Page' | 'Component' | 'Behavior', (definition?: unknown) => unknown>

export interface CodeSpace {
  getComponentSpace(): ComponentSpace
  setOverallBehavior(behavior: unknown): void
  addComponentStaticConfig(path: string, config: Record<string, unknown>): void
  getComponentStaticConfig(path: string): Record<string, unknown> | undefined
  addStyleSheet(path: string, url: undefined, scope: string): void
  addCompiledTemplate(path: string, template: { groupList: unknown; content: unknown }): void
  componentEnv(path: string, run: (registrar: Registrar) => unknown): unknown
  behavior(): BehaviorBuilder
  traitBehavior(...args: unknown[]): unknown
  prepareComponentOptions(...args: unknown[]): [Record<string, unknown>, unknown]
}

export interface PageRoot {
  get(): Caller
  getComponent(): EngineComponent
  attach(parent: HTMLElement, placeholder: HTMLElement): void
  release(): void
}

export interface Associated {
  createRoot(tag: string, space: CodeSpace, path: string): PageRoot
}

interface Environment {
  createCodeSpace(id: string, isMain: boolean): CodeSpace
  associateBackend(backend: Backend): Associated
}

interface Engine {
  CurrentWindowBackendContext: new () => Backend
  Event: EventTypes
  addGlobalErrorListener(listener: (error: unknown) => boolean): void
}

export const engine = glassEasel as unknown as Engine
export const createEnvironment = () => new MiniProgramEnv() as unknown as Environment
