/**
 * ELF cores: what QEMU's dump-guest-memory and the kernel's /proc/vmcore write. Memory is in the
 * PT_LOAD program headers, at their p_paddr. System V ABI, chapters 4 and 5 (ELF header, program
 * header); PN_XNUM: Linux include/uapi/linux/elf.h.
 */
import { prettyHex } from '../../base/addr.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { type ByteSource, FieldReader, readExactly } from './byte-source.ts'
import type { ImageParts, Segment } from './segments.ts'

const CORE = 4
const LOAD = 1
/** e_phnum says that the number is in sh_info of the first section header. */
const EXTENDED = 0xffff
/** More program headers than a dump of memory has; what claims more is damaged. */
const MOST_HEADERS = 2 ** 17

/** Where the fields of the two classes lie. */
const layouts = {
  32: {
    header: 52,
    program: 32,
    phoff: 28,
    shoff: 32,
    phentsize: 42,
    phnum: 44,
    shInfo: 28,
    offset: 4,
    vaddr: 8,
    paddr: 12,
    filesz: 16,
    memsz: 20,
  },
  64: {
    header: 64,
    program: 56,
    phoff: 32,
    shoff: 40,
    phentsize: 54,
    phnum: 56,
    shInfo: 44,
    offset: 8,
    vaddr: 16,
    paddr: 24,
    filesz: 32,
    memsz: 40,
  },
} as const

const fileTypes: Readonly<Record<number, string>> = {
  1: 'a relocatable object',
  2: 'a program',
  3: 'a shared object',
}

function broken(message: string, offset: number, remedy?: string): ImageParts {
  return { segments: null, diagnostics: [{ severity: 'error', message, at: { offset }, remedy }] }
}

/** The memory in a core. */
export function readElfCore(source: ByteSource): ImageParts {
  const ident = readExactly(source, 0, 16)
  const wide = ident?.[4] === 2
  if (ident === null || (ident[4] !== 1 && !wide) || (ident[5] !== 1 && ident[5] !== 2)) {
    return broken('an ELF file of no known class or byte order', 4)
  }
  const little = ident[5] === 1
  const layout = layouts[wide ? 64 : 32]
  const head = readExactly(source, 0, layout.header)
  if (head === null) return broken('the ELF header is cut off', source.size)
  const fields = new FieldReader(head, little)
  const word = (f: FieldReader, at: number) => (wide ? f.u64(at) : f.u32(at))
  const type = fields.u16(16)
  if (type !== CORE) {
    const what = fileTypes[type] ?? `of type ${type}`
    return broken(`the ELF file is ${what}, not a core of memory`, 16)
  }
  const table = word(fields, layout.phoff)
  const stride = fields.u16(layout.phentsize)
  let count = fields.u16(layout.phnum)
  if (count === EXTENDED) {
    const section = readExactly(source, word(fields, layout.shoff), layout.shInfo + 4)
    if (section === null) return broken('the number of program headers is cut off', source.size)
    count = new FieldReader(section, little).u32(layout.shInfo)
  }
  if (stride < layout.program || count > MOST_HEADERS) {
    return broken(`${count} program headers of ${stride} bytes make no core`, layout.phentsize)
  }
  const segments: Segment[] = []
  const skipped = new Skipped()
  for (let i = 0; i < count; i++) {
    const at = table + i * stride
    const bytes = readExactly(source, at, layout.program)
    if (bytes === null) return broken(`program header ${i} of ${count} is cut off`, at)
    const header = new FieldReader(bytes, little)
    if (header.u32(0) !== LOAD) continue
    const memory = word(header, layout.memsz)
    const size = Math.min(word(header, layout.filesz), memory)
    const offset = word(header, layout.offset)
    const base = word(header, layout.paddr)
    if (!Number.isSafeInteger(base + size)) skipped.noAddress++
    else if (memory > 0) {
      const there = Math.max(0, Math.min(size, source.size - offset))
      if (there < size) skipped.cutOff(base, size - there)
      if (size < memory) skipped.leftOut += memory - size
      segments.push({ base, size: there, offset })
    }
  }
  return { segments, diagnostics: skipped.diagnostics(segments) }
}

/** What of the memory is not in the file, and what that means. */
class Skipped {
  noAddress = 0
  leftOut = 0
  #cut = 0
  #firstCut = 0

  cutOff(base: number, bytes: number): void {
    if (this.#cut === 0) this.#firstCut = base
    this.#cut += bytes
  }

  diagnostics(segments: readonly Segment[]): Diagnostic[] {
    const found: Diagnostic[] = []
    if (this.noAddress > 0) {
      const message = `${this.noAddress} program headers have no physical address and are left out`
      found.push({ severity: 'note', message })
    }
    if (this.leftOut > 0) {
      const message = `0x${this.leftOut.toString(16)} bytes of memory were not written to the file`
      found.push({ severity: 'note', message })
    }
    if (this.#cut > 0) {
      const where = prettyHex(this.#firstCut)
      const message = `the file is cut off: 0x${this.#cut.toString(16)} bytes are missing, the first of the memory at ${where}`
      found.push({ severity: 'warning', message })
    }
    if (segments.length > 1 && segments.every((s) => s.base === 0)) {
      const message = 'every program header has physical address 0: this is no core of a machine'
      const remedy = 'of a process, or of /proc/kcore, there are no physical addresses to know'
      found.push({ severity: 'error', message, remedy })
    }
    return found
  }
}
