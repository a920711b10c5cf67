#!/usr/bin/env node
/** Copied to dist/cli.js: runs dist/cli.cjs, with V8's code cache beside it where that fits. */
import { readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'

const tool = fileURLToPath(new URL('cli.cjs', import.meta.url))
const cache = fileURLToPath(new URL('cli.cache', import.meta.url))

/** The cache, unless it is missing or older than the tool. Another V8 rejects it by itself. */
function cachedData() {
  try {
    return statSync(cache).mtimeMs < statSync(tool).mtimeMs ? undefined : readFileSync(cache)
  } catch {
    return undefined
  }
}

const script = new Script(readFileSync(tool, 'utf8'), { filename: tool, cachedData: cachedData() })
script.runInThisContext()(createRequire(import.meta.url))
