/**
 * Checks a built-in board with TOOL and writes V8's code cache of what that compiled to CACHE.
 * Usage: node warm-cache.mjs TOOL CACHE
 */
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Script } from 'node:vm'

const [, , tool, cache] = process.argv
process.argv.splice(2, 2, 'check', 'board:veyron', '--kernel', 'v3.19-rc5+drivers')

const script = new Script(readFileSync(tool, 'utf8'), { filename: tool })
script.runInThisContext()(createRequire(tool))

process.on('exit', () => {
  // In one piece, so that a tool that starts meanwhile never reads half of it.
  writeFileSync(`${cache}.new`, script.createCachedData())
  renameSync(`${cache}.new`, cache)
  process.exitCode = 0
})
