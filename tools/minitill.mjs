#!/usr/bin/env node
// The command `minitill`, from a checkout and from the packed package alike.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { launch } from './launch.mjs'

const source = fileURLToPath(new URL('./cli.ts', import.meta.url))
const packed = fileURLToPath(new URL('./cli.js', import.meta.url))
launch(existsSync(packed) ? packed : source, process.argv.slice(2))
