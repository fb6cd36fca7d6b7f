import './engine/ambient.ts'
