/** What an IOMMU reports of a refused access: the record with the registers as they are then. */
import type { FaultKind, FaultRecord } from '../base/fault.ts'
import type { RegisterFile } from '../base/registers.ts'
import type { Access } from '../interconnect/translation.ts'

/** Makes a record; `names` are the registers that describe a fault, in reading order. */
export function faultRecord<Name extends string>(
  block: string,
  file: RegisterFile<Name>,
  names: readonly Name[],
  refused: { access: Access; kind: FaultKind; detail: string },
): FaultRecord {
  const { address, write } = refused.access
  const registers = names.map((name) => ({ name, value: file.peek(name) }))
  return { block, kind: refused.kind, address, write, detail: refused.detail, registers }
}
