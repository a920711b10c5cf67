/**
 * LiME images (Linux Memory Extractor): a header of 32 bytes in front of each range of memory.
 * https://github.com/504ensicsLabs/LiME/tree/master/doc, "LiME Memory Range Header Version 1".
 */
import type { Diagnostic } from '../../base/diagnostic.ts'
import { type ByteSource, FieldReader, readExactly } from './byte-source.ts'
import type { ImageParts, Segment } from './segments.ts'

const MAGIC = 0x4c69_4d45
const HEADER = 32
/** More ranges than a machine has. */
const MOST_RANGES = 2 ** 16

/** The memory in a LiME image. */
export function readLime(source: ByteSource): ImageParts {
  const segments: Segment[] = []
  const diagnostics: Diagnostic[] = []
  const bad = (severity: 'error' | 'warning', message: string, offset: number) =>
    diagnostics.push({ severity, message, at: { offset } })
  let at = 0
  while (at < source.size && diagnostics.length === 0) {
    const bytes = readExactly(source, at, HEADER)
    if (bytes === null) {
      bad('warning', 'the file is cut off inside a LiME header', at)
      break
    }
    const header = new FieldReader(bytes, true)
    const [magic, version] = [header.u32(0), header.u32(4)]
    const [first, last] = [header.u64(8), header.u64(16)]
    if (magic !== MAGIC) bad('error', 'expected the header of a LiME range', at)
    else if (version !== 1) bad('error', `LiME version ${version}, only 1 is read`, at + 4)
    else if (last < first || !Number.isSafeInteger(last)) {
      bad('error', 'a LiME range that ends before it begins, or beyond 2^53', at + 8)
    } else if (segments.length === MOST_RANGES) bad('error', 'too many LiME ranges', at)
    else {
      const size = last - first + 1
      const there = Math.min(size, source.size - at - HEADER)
      segments.push({ base: first, size: there, offset: at + HEADER })
      if (there < size) bad('warning', 'the file is cut off inside a LiME range', source.size)
      at += HEADER + size
    }
  }
  return { segments, diagnostics }
}
