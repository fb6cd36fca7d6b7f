// All built-in components that the phone knows.
import type { ComponentSpace } from '../engine.ts'
import { buttonPart } from './button.ts'
import { choiceParts } from './choices.ts'
import type { BuiltInContext } from './context.ts'
import { fieldParts } from './fields.ts'
import { registerBuiltIn } from './part.ts'
import { plainParts } from './plain.ts'
import { scrollingParts } from './scrolling.ts'

/** Makes WeChat's built-in components usable in every template. */
export function registerBuiltIns(space: ComponentSpace, context: BuiltInContext): void {
  const parts = [
    ...plainParts(context),
    buttonPart(context),
    ...fieldParts(context),
    ...choiceParts(context),
    ...scrollingParts(context),
  ]
  for (const part of parts) registerBuiltIn(space, part)
}
