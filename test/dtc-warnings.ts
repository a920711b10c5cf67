/** What dtc says of a tree, for comparison with our checks. */
import { spawnSync } from 'node:child_process'
import { checks } from '../src/devicetree/checks/checks.ts'

/** The checks were taken from this version; others differ. */
const VERSION = 'DTC 1.6.1'

/** True where that version is on the PATH. */
export const hasDtc = (spawnSync('dtc', ['--version']).stdout?.toString() ?? '').includes(VERSION)

/** Why a comparison is left out, or ''. */
export const noDtc = hasDtc ? '' : `skipped: ${VERSION} is not on the PATH`

/** What dtc found: `check path property`, and the checks that it did not carry out. */
export interface DtcWarnings {
  found: Set<string>
  skipped: Set<string>
  /** True when dtc crashed. */
  crashed: boolean
}

/**
 * dtc's name for the property is not the one to look at in these checks: it names the property of
 * another node (the interrupt-parent's #interrupt-cells, the bridge's bus-range), of the wrong
 * node (/chosen), or none. The nodes are compared, the properties are not.
 */
const elsewhere = new Set([
  'alias_paths',
  'graph_endpoint',
  'graph_port',
  'interrupts_property',
  'obsolete_chosen_interrupt_controller',
  'pci_device_bus_num',
  'reg_format',
])

/** Not a property's fault to dtc where its provider lacks a number of cells. */
const lists = /^(?!interrupts_property)\w+_property$/

/** One finding as text, reduced to what both sides say. */
export function findingKey(check: string, path: string, property: string | undefined): string {
  if (check === 'obsolete_chosen_interrupt_controller') return check
  const compared = elsewhere.has(check) || lists.test(check) ? undefined : property
  return [check, path, compared].filter((part) => part !== undefined).join(' ')
}

/** Runs dtc with every check on as a warning, so that it does not stop at the first error. */
export function dtcWarnings(input: string | Uint8Array, form: 'dts' | 'dtb'): DtcWarnings {
  const flags = checks.flatMap(({ id }) => ['-W', id, '-E', `no-${id}`])
  const { stderr, signal } = spawnSync(
    'dtc',
    ['-f', ...flags, '-I', form, '-O', 'dtb', '-o', '/dev/null', '-'],
    { input, maxBuffer: 2 ** 28 },
  )
  const found = new Set<string>()
  const skipped = new Set<string>()
  for (const line of stderr.toString('latin1').split('\n')) {
    const match = /(?:Warning|ERROR) \((\w+)\): (.*)/.exec(line)
    if (match === null) continue
    const [, check, text] = match as unknown as [string, string, string]
    if (text.startsWith('Failed prerequisite')) skipped.add(check)
    const where = /^(\/[^:\s]*)(?::([^:\s]+))?: /.exec(text)
    if (where !== null) found.add(findingKey(check, where[1] as string, where[2]))
  }
  return { found, skipped, crashed: signal !== null }
}
