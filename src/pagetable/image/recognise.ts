/**
 * What kind of file an image is, by its first bytes. A form is a row: those that are read, and those
 * that people have and that must be converted first, each with how.
 */
import type { Diagnostic } from '../../base/diagnostic.ts'
import { type ByteSource, readExactly } from './byte-source.ts'
import { readElfCore } from './elf-core.ts'
import { readLime } from './lime.ts'
import type { ImageParts } from './segments.ts'

interface Form {
  /** The first bytes: text, \x for others. */
  magic: string
  name: string
  read?(source: ByteSource): ImageParts
  /** What to do about a form that is not read. */
  remedy?: string
}

const unpack = (tool: string) => `unpack it first: ${tool}`
const kdump =
  'write it as ELF: makedumpfile -E, or dump-guest-memory without -z, -l and -s; compressed dumps are not read'

const forms: readonly Form[] = [
  { magic: '\x7fELF', name: 'ELF core', read: readElfCore },
  { magic: 'EMiL', name: 'LiME', read: readLime },
  { magic: 'KDUMP   ', name: 'a kdump-compressed dump', remedy: kdump },
  { magic: 'DISKDUMP', name: 'a kdump-compressed dump', remedy: kdump },
  {
    magic: 'makedumpfile\0',
    name: 'a flattened dump of makedumpfile',
    remedy: 'put it together with makedumpfile -R, and write it as ELF with -E',
  },
  { magic: 'AVML', name: 'a compressed AVML image', remedy: 'convert it: avml-convert' },
  { magic: 'QEVM', name: 'a saved state of QEMU', remedy: 'use dump-guest-memory or pmemsave' },
  { magic: 'PAGEDU', name: 'a Windows crash dump', remedy: 'it must be raw, ELF or LiME' },
  { magic: '\x28\xb5\x2f\xfd', name: 'compressed (zstd)', remedy: unpack('zstd -d --long=31') },
  { magic: '\x1f\x8b', name: 'compressed (gzip)', remedy: unpack('gunzip') },
  { magic: '\xfd7zXZ\0', name: 'compressed (xz)', remedy: unpack('unxz') },
  { magic: 'BZh', name: 'compressed (bzip2)', remedy: unpack('bunzip2') },
]

/** The form of a file, or null: raw memory, or a list. */
export function formOf(source: ByteSource): Form | null {
  const head = readExactly(source, 0, Math.min(16, source.size)) ?? new Uint8Array()
  const is = ({ magic }: Form) =>
    magic.length <= head.length && [...magic].every((c, i) => c.charCodeAt(0) === head[i])
  return forms.find(is) ?? null
}

/** The memory in a file of a form. */
export function readForm(form: Form, source: ByteSource): ImageParts {
  if (form.read !== undefined) return form.read(source)
  const { name, remedy } = form
  const diagnostics: Diagnostic[] = [{ severity: 'error', message: `the image is ${name}`, remedy }]
  return { segments: null, diagnostics }
}
