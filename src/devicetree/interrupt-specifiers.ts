/**
 * Cells of an interrupt, by the binding of its controller: the Arm GIC's
 * (Documentation/devicetree/bindings/interrupt-controller/arm,gic.yaml and arm,gic-v3.yaml, numbers
 * in include/dt-bindings/interrupt-controller/arm-gic.h), and two cells of GPIO controllers.
 */
import type { DtNode } from './node.ts'

/** Interrupt kinds of a GIC by their first cell. `base` is the INTID of number 0. */
const gicKinds: readonly { name: string; base: number }[] = [
  { name: 'SPI', base: 32 },
  { name: 'PPI', base: 16 },
  { name: 'ESPI', base: 4096 },
  { name: 'EPPI', base: 1056 },
]

/** Triggers, include/dt-bindings/interrupt-controller/irq.h. */
const triggers: Readonly<Record<number, string>> = {
  0: 'no trigger',
  1: 'rising edge',
  2: 'falling edge',
  3: 'both edges',
  4: 'level high',
  8: 'level low',
}

const gicV2 = [
  'arm,gic-400',
  'arm,cortex-a15-gic',
  'arm,cortex-a9-gic',
  'arm,cortex-a7-gic',
  'arm,cortex-a5-gic',
  'arm,arm11mp-gic',
  'arm,arm1176jzf-devchip-gic',
  'arm,eb11mp-gic',
  'arm,tc11mp-gic',
  'arm,pl390',
  'brcm,brahma-b15-gic',
  'nvidia,tegra210-agic',
  'qcom,msm-8660-qgic',
  'qcom,msm-qgic2',
]
const gicV3 = ['arm,gic-v3', 'qcom,msm8996-gic-v3']

/** Which GIC binding a controller follows, or null. */
export function gicOf(controller: DtNode): 'v2' | 'v3' | null {
  const names = controller.compatible
  if (names.some((name) => gicV3.includes(name))) return 'v3'
  return names.some((name) => gicV2.includes(name)) ? 'v2' : null
}

/** Cells of a GICv3 interrupt whose last one is a phandle (or 0): a PPI's partition. */
export const PARTITION_CELLS = 4

/** What the cells of one interrupt say. */
export interface InterruptSense {
  /** `SPI`, `PPI`, `ESPI`, `EPPI`, or null when the binding is not known. */
  type: string | null
  /** Number within its type; the line of a GPIO controller; else null. */
  number: number | null
  /** Number that the GIC's registers use. */
  intid: number | null
  trigger: string | null
  problem?: string
}

const unknown: InterruptSense = { type: null, number: null, intid: null, trigger: null }

/** Reads the cells of one interrupt of a controller. */
export function interruptSense(controller: DtNode, cells: readonly number[]): InterruptSense {
  const gic = gicOf(controller)
  if (gic === null) {
    if (cells.length !== 2 || !controller.has('gpio-controller')) return unknown
    return { ...unknown, number: cells[0]!, ...triggerOf(cells[1]!) }
  }
  const [type, number, flags] = cells
  if (type === undefined || number === undefined || flags === undefined) return unknown
  const kind = gic === 'v3' ? gicKinds[type] : gicKinds.slice(0, 2)[type]
  if (kind === undefined) return { ...unknown, problem: `a GIC has no interrupt type ${type}` }
  const intid = kind.base + number
  return { type: kind.name, number, intid, ...triggerOf(flags) }
}

function triggerOf(flags: number): { trigger: string; problem?: string } {
  // Bits 15:8 of a GICv2's flags are a CPU mask.
  const trigger = triggers[flags & 0xf]
  if (trigger !== undefined) return { trigger }
  return { trigger: `0x${flags.toString(16)}`, problem: `0x${flags.toString(16)} is no trigger` }
}
