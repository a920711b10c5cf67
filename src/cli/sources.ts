/** Which boards the user named: files, directories, globs, `-` and `board:NAME`. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { expandGlob, isGlob } from './glob.ts'

/** A board to load, or a glob that matched nothing (`found` false). */
export interface Source {
  name: string
  found: boolean
}

/**
 * In the order given; what a glob matches is sorted bytewise. A file whose very name looks like a
 * glob is that file.
 */
export function expandSources(given: readonly string[], cwd: string): Source[] {
  return given.flatMap((text): Source[] => {
    const plain = !isGlob(text) || text.startsWith('board:') || exists(resolve(cwd, text))
    if (plain) return [{ name: text, found: true }]
    const matches = expandGlob(text, cwd)
    if (matches.length === 0) return [{ name: text, found: false }]
    return matches.map((name) => ({ name, found: true }))
  })
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
