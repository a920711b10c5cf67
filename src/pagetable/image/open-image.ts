/** An image, whatever it comes as, as memory to walk tables in. */
import { type Addr, type Phys, prettyHex } from '../../base/addr.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { ByteSource } from './byte-source.ts'
import { ImageMemory } from './image-memory.ts'
import { frameSegments, type PageFrames } from './page-frames.ts'
import { formOf, readForm } from './recognise.ts'
import type { ImageParts, Run, Segment } from './segments.ts'

const PAGE = 4096

/** What an image does not say itself. */
export interface ImageOptions {
  /** Raw memory: the physical address of its first byte. */
  base?: Phys
  /** Raw memory: the pieces that lie one after the other in the file. */
  pieces?: readonly Run[]
  /** Raw memory: the address of each page. */
  frames?: PageFrames
}

/** An image that was opened. */
export interface Image {
  memory: ImageMemory
  /** `raw`, `page frames`, `ELF core`, `LiME`. */
  form: string
}

/** The image, or null and why. */
export interface OpenedImage {
  image: Image | null
  diagnostics: readonly Diagnostic[]
}

/**
 * Opens an image. ELF cores and LiME images say themselves where their memory belongs; all else is
 * taken as raw. Never throws on what the file holds.
 *
 * @example
 * const { image, diagnostics } = openImage(bytesSource(ram), { base: 0x4000_0000 })
 */
export function openImage(source: ByteSource, options: ImageOptions = {}): OpenedImage {
  const form = formOf(source)
  const told = options.base !== undefined || options.frames !== undefined || options.pieces
  const raw = form === null || (told && form.read === undefined)
  const parts = raw ? rawParts(source, options) : readForm(form, source)
  const { segments } = parts
  const diagnostics = [...parts.diagnostics]
  const errors = () => diagnostics.some((d) => d.severity === 'error')
  if (segments !== null && !errors() && !segments.some((s) => s.size > 0)) {
    diagnostics.push({ severity: 'error', message: 'there is no memory in the image' })
  }
  if (!raw && told) {
    const message = `the image is ${form.name} and says itself where its memory belongs`
    diagnostics.push({ severity: 'note', message })
  }
  if (segments === null || errors()) return { image: null, diagnostics }
  const name = raw ? (options.frames === undefined ? 'raw' : 'page frames') : form.name
  return { image: { memory: new ImageMemory(source, segments), form: name }, diagnostics }
}

function rawParts(source: ByteSource, options: ImageOptions): ImageParts {
  const { base = 0, frames, pieces } = options
  if (frames !== undefined) return frameSegments(frames, source.size)
  const diagnostics = (pieces ?? [{ base }]).filter((p) => p.base % PAGE !== 0).map(oddBase)
  if (pieces === undefined) {
    if (!Number.isSafeInteger(base + source.size)) {
      const message = `raw memory at ${prettyHex(base)} would end beyond 2^53`
      return { segments: null, diagnostics: [{ severity: 'error', message }] }
    }
    return { segments: [{ base, size: source.size, offset: 0 }], diagnostics }
  }
  const segments: Segment[] = []
  let offset = 0
  for (const piece of pieces) {
    const size = Math.max(0, Math.min(piece.size, source.size - offset))
    segments.push({ base: piece.base, size, offset })
    offset += piece.size
  }
  if (offset === source.size) return { segments, diagnostics }
  const message = `the pieces are 0x${offset.toString(16)} bytes, the image 0x${source.size.toString(16)}`
  return { segments, diagnostics: [...diagnostics, { severity: 'warning', message }] }
}

/** Told and taken: somebody may have saved no more than a small table. */
function oddBase({ base }: { base: Phys }): Diagnostic {
  const message = `the image begins at ${prettyHex(base)}, and bases are multiples of 4 KiB`
  return { severity: 'warning', message, remedy: 'is a digit wrong? Every table will be missed' }
}

/** `0x40000000 to 0x5fffffff`, for each stretch that the image holds; no more than `most`. */
export function runsInWords(runs: readonly Run[], most = 4): string {
  const one = ({ base, size }: Run) => `${prettyHex(base)} to ${prettyHex(last(base, size))}`
  const more = runs.length - most
  const shown = runs.slice(0, most).map(one).join(', ')
  return more > 0 ? `${shown} and ${more} more` : shown
}

const last = (base: Addr, size: number): Addr => base + size - 1
