/** Globs, expanded by us so that they work quoted, on Windows, and for thousands of boards. */
import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

const magic = /[*?[]/

/** True when the text has glob characters. */
export function isGlob(text: string): boolean {
  return magic.test(text)
}

/** One path segment as a regular expression: `*`, `?`, `[abc]`, `[!a-z]`; no leading dot for `*`. */
export function segmentPattern(segment: string): RegExp {
  let source = /^[*?[]/.test(segment) ? '(?!\\.)' : ''
  for (let i = 0; i < segment.length; i++) {
    const c = segment[i] as string
    const end = c === '[' ? segment.indexOf(']', i + 2) : -1
    if (c === '*') source += '[^/]*'
    else if (c === '?') source += '[^/]'
    else if (end > 0) {
      const body = segment
        .slice(i + 1, end)
        .replace(/\\/g, '\\\\')
        .replace(/^!/, '^')
      source += `[${body}]`
      i = end
    } else source += c.replace(/[\\^$.+?()|{}[\]]/g, '\\$&')
  }
  return new RegExp(`^${source}$`, 'su')
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch {
    return []
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** Names are joined by hand: `join` would take a leading `./` away that the user typed. */
function child(folder: string, name: string): string {
  return folder === '' || folder.endsWith('/') ? folder + name : `${folder}/${name}`
}

function* below(cwd: string, folder: string): Generator<string> {
  yield folder
  for (const entry of entries(resolve(cwd, folder))) {
    // Links are not followed: they may lead in circles.
    if (entry.isDirectory() && !entry.name.startsWith('.')) {
      yield* below(cwd, child(folder, entry.name))
    }
  }
}

function* expand(cwd: string, folder: string, segments: readonly string[]): Generator<string> {
  const [segment, ...rest] = segments
  if (segment === undefined) yield folder
  else if (segment === '**') {
    const inner = rest.length === 0 ? ['*'] : rest
    for (const deeper of below(cwd, folder)) yield* expand(cwd, deeper, inner)
  } else if (!isGlob(segment)) {
    const path = child(folder, segment)
    if (statSync(resolve(cwd, path), { throwIfNoEntry: false }) !== undefined) {
      yield* expand(cwd, path, rest)
    }
  } else {
    const pattern = segmentPattern(segment)
    for (const entry of entries(resolve(cwd, folder))) {
      if (!pattern.test(entry.name)) continue
      if (rest.length > 0 && !isFolder(join(resolve(cwd, folder), entry.name))) continue
      yield* expand(cwd, child(folder, entry.name), rest)
    }
  }
}

/**
 * Paths that a glob matches, in the form it was typed (relative stays relative), sorted bytewise,
 * each once. `**` stands for any number of folders.
 */
export function expandGlob(pattern: string, cwd: string): string[] {
  const absolute = pattern.startsWith('/')
  const segments = pattern.split('/').filter((s, i) => s !== '' || i === 0)
  if (absolute) segments.shift()
  const found = new Set(expand(cwd, absolute ? '/' : '', segments))
  return [...found].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}
