/**
 * Every real board through our checks and dtc's: needs dtc 1.6.1 on the PATH and blobs, as
 * boards.test.ts does. Takes about a minute.
 */
import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { dtcWarnings, findingKey, hasDtc, noDtc } from '../../../test/dtc-warnings.ts'
import { realBlobs } from '../../../test/real-blobs.ts'
import { parseDtb } from '../dtb.ts'
import { checkTree } from './check-tree.ts'
import { checks } from './checks.ts'

const blobs = realBlobs()
afterAll(blobs.remove)
const paths = hasDtc ? blobs.paths : []
const possible = paths.length > 0
const all = checks.map(({ id }) => id)

it.skipIf(!possible)(
  `finds on every board what dtc finds (${possible ? paths.length : noDtc || blobs.why})`,
  () => {
    let same = 0
    let beyond = 0
    const different: string[] = []
    const compared = new Map<string, number>()
    for (const path of paths) {
      const bytes = new Uint8Array(readFileSync(path))
      const { tree } = parseDtb(bytes)
      const theirs = dtcWarnings(bytes, 'dtb')
      expect(theirs.crashed, path).toBe(false)
      const ours = new Set<string>()
      for (const { check, at } of checkTree(tree!, { checks: all })) {
        if (check === undefined) expect.fail(`${path}: more findings than are told`)
        // dtc leaves a check out for the whole tree when one that it builds on found something.
        if (theirs.skipped.has(check)) beyond++
        else ours.add(findingKey(check, at!.path!, at!.property))
      }
      for (const key of ours) {
        if (theirs.found.has(key)) {
          same++
          const check = key.split(' ')[0] as string
          compared.set(check, (compared.get(check) ?? 0) + 1)
        } else different.push(`${path}: ours ${key}`)
      }
      for (const key of theirs.found) if (!ours.has(key)) different.push(`${path}: dtc ${key}`)
    }
    process.stderr.write(
      `${paths.length} boards: ${same} findings of ${compared.size} checks agree, ` +
        `${different.length} differ, ${beyond} are of checks that dtc left out\n`,
    )
    expect(different.slice(0, 20)).toEqual([])
  },
  600_000,
)
