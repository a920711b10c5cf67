/** The header of a flattened device tree (Devicetree Specification 0.4, chapter 5.2). */
import { be32 } from './bytes.ts'
import type { Findings } from './findings.ts'

/** First word of every blob. */
export const FDT_MAGIC = 0xd00d_feed
/** Token: a node begins; its name follows, NUL-terminated. */
export const FDT_BEGIN_NODE = 1
/** Token: the node ends. */
export const FDT_END_NODE = 2
/** Token: a property; its length in bytes, its name's offset and its value follow. */
export const FDT_PROP = 3
/** Token: nothing. */
export const FDT_NOP = 4
/** Token: the structure block ends. */
export const FDT_END = 9

/** Version written, and the newest that is read. */
export const FDT_VERSION = 17
/** The oldest version whose readers understand what is written. */
export const FDT_LAST_COMPATIBLE = 16
/** Header bytes of version 17. */
export const FDT_HEADER_SIZE = 40

/** A stretch of the blob, in bytes. */
export interface Block {
  start: number
  end: number
}

/**
 * The header, with every block cut to the bytes that are there. A block whose size it does not give
 * ends where the blob does: as for Linux and dtc, what is in the block says where to stop.
 */
export interface DtbHeader {
  version: number
  bootCpu: number
  /** Bytes that belong to the blob: what the header says, or fewer when the input is cut short. */
  limit: number
  reservations: Block
  structure: Block
  strings: Block
}

/** Header bytes by version: version 2 added the boot CPU, 3 a size, 17 another. */
function headerSize(version: number): number {
  return version >= 17 ? 40 : version >= 3 ? 36 : version >= 2 ? 32 : 28
}

/** Reads and checks the header. Null, with an error reported, when nothing can be read by it. */
export function readHeader(bytes: Uint8Array, findings: Findings): DtbHeader | null {
  const fail = (offset: number, message: string, remedy?: string): null => {
    findings.error(message, findings.offset(offset), remedy)
    return null
  }
  if (bytes.length < 4 || be32(bytes, 0) !== FDT_MAGIC) return fail(0, ...notABlob(bytes))
  if (bytes.length < 28) return fail(bytes.length, 'the blob ends inside its header')
  const version = be32(bytes, 20)
  const lastCompatible = be32(bytes, 24)
  if (version === 0 || lastCompatible > FDT_VERSION || lastCompatible > version) {
    return fail(
      20,
      `version ${version}, readable as version ${lastCompatible}: only 1 to 17 are known`,
    )
  }
  const size = headerSize(version)
  if (bytes.length < size) return fail(bytes.length, 'the blob ends inside its header')

  let limit = be32(bytes, 4)
  if (limit > bytes.length) {
    const there = `${bytes.length} are there`
    findings.error(`truncated: the header says ${limit} bytes, ${there}`, findings.offset(4))
    limit = bytes.length
  } else if (limit < size) {
    findings.error(`the header says ${limit} bytes, less than itself`, findings.offset(4))
    limit = bytes.length
  } else if (limit < bytes.length) {
    const extra = `${bytes.length - limit} bytes after the blob`
    findings.add('note', `${extra} are not part of it`, findings.offset(limit))
  }

  const block = (name: string, at: number, length: number | null, align: number): Block => {
    const start = be32(bytes, at)
    const end = length === null ? limit : start + length
    if (start < size || start > limit || end > limit) {
      const range = length === null ? `${start}` : `${start} to ${end}`
      findings.error(
        `${name} block (${range}) is outside the ${limit} bytes of the blob`,
        findings.offset(at),
      )
    } else if (start % align !== 0) {
      findings.warning(
        `${name} block at ${start} is not aligned to ${align} bytes`,
        findings.offset(at),
      )
    }
    return { start: Math.min(start, limit), end: Math.min(end, limit) }
  }
  const header: DtbHeader = {
    version,
    bootCpu: version >= 2 ? be32(bytes, 28) : 0,
    limit,
    structure: block('structure', 8, version >= 17 ? be32(bytes, 36) : null, 4),
    strings: block('strings', 12, version >= 3 ? be32(bytes, 32) : null, 1),
    reservations: block('reservation', 16, null, 8),
  }
  reportOverlap(header, findings)
  return header
}

/** Neither Linux nor dtc minds, and each block can still be read. */
function reportOverlap({ version, structure, strings }: DtbHeader, findings: Findings): void {
  if (version < 17 || structure.start >= strings.end || strings.start >= structure.end) return
  const at = findings.offset(Math.max(structure.start, strings.start))
  findings.warning('the structure and strings blocks overlap', at)
}

/** What the input seems to be instead, and what to do about it. */
function notABlob(bytes: Uint8Array): [message: string, remedy?: string] {
  const known: [name: string, magic: readonly number[], remedy: string][] = [
    ['gzip data', [0x1f, 0x8b], 'decompress it first'],
    ['xz data', [0xfd, 0x37, 0x7a, 0x58], 'decompress it first'],
    ['device tree source', [0x2f, 0x64, 0x74, 0x73], 'read it as DTS'],
    ['a blob in the wrong byte order', [0xed, 0xfe, 0x0d, 0xd0], 'swap each 32-bit word'],
    ['a device tree table image', [0xd7, 0xb7, 0xab, 0x1e], 'take a blob out of it first'],
  ]
  for (const [name, magic, remedy] of known) {
    if (magic.every((byte, i) => bytes[i] === byte)) return [`no blob but ${name}`, remedy]
  }
  if (bytes.length < 4) return [`no device tree blob: ${bytes.length} bytes`]
  const magic = be32(bytes, 0).toString(16).padStart(8, '0')
  return [`no device tree blob: it starts with 0x${magic}, not 0xd00dfeed`]
}
