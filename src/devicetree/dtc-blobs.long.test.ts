/**
 * Damaged blobs given to dtc and to this reader: both refuse, or both read the same tree, or the
 * difference is one of those below, each of which is meant. Needs dtc (1.6.1 was compared) on the
 * PATH; real boards are damaged too where there are any.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, expect, it } from 'vitest'
import { damagedBlob, seededRandom } from '../../test/fixtures/dt-mutations.ts'
import { realBlobs } from '../../test/real-blobs.ts'
import { be32, putBe32 } from './bytes.ts'
import { type Parsed, parseDtb } from './dtb.ts'
import { sameTree } from './same-tree.ts'
import { DeviceTree } from './tree.ts'

const COUNT = Number(process.env.DMAPLUMB_FUZZ_DTC_COUNT ?? 5000)
const SEED = Number(process.env.DMAPLUMB_FUZZ_SEED ?? 20150118)

/** One blob and what both said of it. */
interface Case {
  blob: Uint8Array
  ours: Parsed
  /** Messages of our errors. */
  errors: string[]
  dtc: { status: number | null; said: string; blob: Uint8Array }
}

/** An error of ours that dtc does not have. */
interface Stricter {
  id: string
  why: string
  error: RegExp
  /** What else must hold. */
  holds?(one: Case): boolean
}

const version = (one: Case) => be32(one.blob, 20)

const stricter: Stricter[] = [
  {
    id: 'last-compatible-version',
    why: 'fdt_check_header() refuses what no reader of version 17 understands; dtc does not look',
    error: /^version \d+, readable as version \d+/,
  },
  {
    id: 'block-in-header',
    why: 'fdt_check_header() refuses a block that begins inside the header; dtc reads it',
    error: /^\w+ block \(.*\) is outside/,
    holds: (one) => [8, 12, 16].some((at) => be32(one.blob, at) < 40),
  },
  {
    id: 'size-below-header',
    why: 'fdt_check_header() refuses a size less than the header; dtc only one below 28 bytes',
    error: /less than itself/,
  },
  {
    id: 'structure-size',
    why: 'fdt_offset_ptr() ends the structure where the header says; dtc reads on to the end',
    error:
      /^(a property of .* are left|the blob ends inside a|the structure block ends|a node name is not)/,
    holds: (one) => version(one) >= 17,
  },
  {
    id: 'reservations-inside',
    why: 'nodes or names would be taken for reserved memory, as dtc and Linux do',
    error: /^the reservation block (lies inside|has no end)/,
  },
  {
    id: 'depth',
    why: 'Linux leaves out nodes deeper than 64; dtc has no limit',
    error: /^nodes nested deeper/,
  },
  {
    id: 'long-name',
    why: 'names beyond 256 bytes are cut, so that overlapping names cost no memory',
    error: /name of more than 256 bytes/,
  },
  {
    id: 'property-after-child',
    why: 'Linux does not see a property after a child node; dtc warns',
    error: /comes after a child node/,
  },
]

/** The row that explains the first error; undefined unless every error is explained. */
function strictness(one: Case): Stricter | undefined {
  const rows = one.errors.map((e) =>
    stricter.find((row) => row.error.test(e) && row.holds?.(one) !== false),
  )
  return rows.includes(undefined) ? undefined : rows[0]
}

/** Another difference that is meant. */
interface Difference {
  id: string
  why: string
  matches(one: Case): boolean
}

/** Checks that dtc makes of a whole tree, and refuses it for. Linux boots such a tree. */
const CHECKS: Record<string, string> = {
  duplicate_node_names: 'Linux makes a device for each; a warning here',
  duplicate_property_names: 'Linux takes the first; a warning here',
  node_name_chars: 'Linux does not look; a warning here',
  node_name_format: 'Linux does not look; a warning here',
  property_name_chars: 'Linux does not look; a warning here',
  explicit_phandles: 'Linux takes the first node of a phandle; a matter for lint here',
  name_is_string: 'a property called name is one like another since version 16',
  name_properties: 'a property called name is one like another since version 16',
}

const checksOf = (one: Case) =>
  [...one.dtc.said.matchAll(/ERROR \((\w+)\)/g)].map((match) => match[1] as string)

/** Only dtc refuses. */
const laxer: Difference[] = [
  ...Object.entries(CHECKS).map(([id, why]) => ({
    id,
    why,
    matches: (one: Case) => {
      const checks = checksOf(one)
      return checks[0] === id && checks.every((check) => CHECKS[check] !== undefined)
    },
  })),
  {
    id: 'paths-before-16',
    why: 'libfdt takes the text after the last slash of an old blob; dtc compares the whole path',
    matches: (one) => version(one) < 16 && /is not valid as a child of/.test(one.dtc.said),
  },
  {
    id: 'nop-outside',
    why: 'libfdt passes over NOP tokens before and after the root; dtc does not',
    matches: (one) => /begin with FDT_BEGIN_NODE .*0x00000004|end with FDT_END/.test(one.dtc.said),
  },
  {
    id: 'dtc-stops',
    why: 'dtc dies of an assertion or a signal',
    matches: (one) => one.dtc.status === null || /[Aa]ssert/.test(one.dtc.said),
  },
]

/** Both read it, and differently. */
const otherwise: Difference[] = [
  {
    id: 'name-property',
    why: 'dtc takes a property called name away where it repeats the name of the node',
    matches: (one) => {
      const without = new DeviceTree(one.ours.tree!.root, one.ours.tree!)
      for (const node of without.nodes()) {
        if (node.string('name') === node.baseName) node.removeProperty('name')
      }
      return sameTree(without, parseDtb(one.dtc.blob).tree!)
    },
  },
  {
    id: 'paths-before-16',
    why: 'dtc drops as many characters as the path of the parent has, libfdt all up to the slash',
    matches: (one) => {
      const theirs = parseDtb(one.dtc.blob).tree!.nodes()
      const ours = one.ours.tree!.nodes()
      if (version(one) >= 16 || ours.length !== theirs.length) return false
      return ours.every(({ name }, i) => {
        const other = theirs[i]!.name
        return name.endsWith(other) || other.endsWith(name)
      })
    },
  },
  {
    id: 'no-boot-cpu-in-version-1',
    why: 'a blob of version 1 does not say which CPU boots; dtc takes the word that follows',
    matches: (one) => {
      if (version(one) !== 1) return false
      const { root, reservations } = one.ours.tree!
      const bootCpu = be32(one.blob, 28)
      return sameTree(new DeviceTree(root, { reservations, bootCpu }), parseDtb(one.dtc.blob).tree!)
    },
  },
]

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url)))
const fixtures = ['dt-small.dtb', 'dt-small-v3.dtb', 'dt-small-symbols.dtb'].map(fixture)
const hasDtc = spawnSync('dtc', ['--version']).status === 0
const boards = realBlobs()
afterAll(boards.remove)

/** One to three small changes that keep every length, so that most such blobs can still be read. */
function retouchedBlob(blob: Uint8Array, random: (n: number) => number): Uint8Array {
  const bytes = blob.slice()
  const words = Math.floor(bytes.length / 4)
  for (let times = 1 + random(3); times > 0; times--) {
    const kind = random(10)
    const at = random(words) * 4
    if (kind < 5) bytes[random(bytes.length)] = random(256)
    else if (kind < 7) putBe32(bytes, at, [1, 2, 3, 4, 9, 0, 8][random(7)]!)
    else if (kind < 9) putBe32(bytes, at, be32(bytes, random(words) * 4))
    else {
      const field = 4 + random(9) * 4
      putBe32(bytes, field, be32(bytes, field) + [-16, -4, -1, 1, 4, 16][random(6)]!)
    }
  }
  return bytes
}

function judge(blob: Uint8Array): Case {
  const ours = parseDtb(blob)
  const errors = ours.diagnostics.filter((d) => d.severity === 'error').map((d) => d.message)
  const args = ['-q', '-I', 'dtb', '-O', 'dtb']
  const run = spawnSync('dtc', args, { input: blob, maxBuffer: 2 ** 26 })
  const dtc = { status: run.status, said: run.stderr.toString('latin1'), blob: run.stdout }
  return { blob, ours, errors, dtc }
}

/** What became of a case; null for a difference that nothing explains. */
function outcome(one: Case): string | null {
  let known: { id: string } | undefined
  if (one.errors.length > 0) {
    if (one.dtc.status !== 0) return 'both refuse'
    known = strictness(one)
  } else if (one.dtc.status !== 0) known = laxer.find((row) => row.matches(one))
  else if (sameTree(one.ours.tree!, parseDtb(one.dtc.blob).tree!)) return 'both read the same'
  else known = otherwise.find((row) => row.matches(one))
  return known === undefined ? null : `differs: ${known.id}`
}

const what = hasDtc
  ? `${COUNT} blobs, seed ${SEED}, ${boards.paths.length} boards among them`
  : 'skipped: dtc is not on the PATH'

it.skipIf(!hasDtc)(`agrees with dtc on damaged blobs, or means to differ (${what})`, () => {
  const random = seededRandom(SEED)
  const unexplained: string[] = []
  const counts = new Map<string, number>()
  for (let i = 0; i < COUNT; i++) {
    const board = i % 4 === 3 ? boards.paths[random(boards.paths.length)] : undefined
    const whole = board === undefined ? fixtures[i % 3]! : new Uint8Array(readFileSync(board))
    const one = judge(random(3) === 0 ? damagedBlob(whole, random) : retouchedBlob(whole, random))
    const result = outcome(one)
    if (result !== null) counts.set(result, (counts.get(result) ?? 0) + 1)
    else {
      const said = [...one.errors.slice(0, 4), one.dtc.said.trim(), `version ${version(one)}`]
      unexplained.push(`blob ${i} (${board ?? 'fixture'}): ${said.join(' | ')}`)
    }
  }
  const lines = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, n]) => `  ${n} ${id}`)
  process.stdout.write(`${COUNT} damaged blobs, seed ${SEED}:\n${lines.join('\n')}\n`)
  expect(unexplained).toEqual([])
})
