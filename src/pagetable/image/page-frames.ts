/**
 * Lists of page frames: page i of the image is at the physical address on place i of the list. Two
 * forms of list: JSON `{ "page_size": 4096, "pages": ["0x40000000", ...] }`, other keys are ignored;
 * and text, an address a line, `#` begins a comment.
 */
import { type Addr, parseSize } from '../../base/addr.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { Segment } from './segments.ts'

/** A list. */
export interface PageFrames {
  /** Bytes. */
  pageSize: number
  pages: readonly Addr[]
}

/** A list, or why the text is none. */
export type PageFramesResult =
  | { frames: PageFrames; diagnostics: readonly Diagnostic[] }
  | { frames: null; diagnostics: readonly Diagnostic[] }

const DEFAULT_PAGE = 4096

function failed(message: string, at: Diagnostic['at'] = {}, remedy?: string): PageFramesResult {
  return { frames: null, diagnostics: [{ severity: 'error', message, at, remedy }] }
}

const form = 'expected JSON { "page_size": 4096, "pages": ["0x...", ...] } or an address a line'

/** Reads a list in either form. */
export function parsePageFrames(text: string): PageFramesResult {
  return /^\s*[{[]/.test(text) ? parseJson(text) : parseLines(text)
}

function parseJson(text: string): PageFramesResult {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return failed(`a list of page frames that is no JSON: ${why}`)
  }
  const { page_size: size = DEFAULT_PAGE, pages } = (
    Array.isArray(value) ? { pages: value } : value
  ) as { page_size?: unknown; pages?: unknown }
  if (!Array.isArray(pages)) return failed('no list of page frames', {}, form)
  const addresses: Addr[] = []
  for (const [i, page] of pages.entries()) {
    const address =
      typeof page === 'string' ? parseSize(page) : Number.isSafeInteger(page) ? Number(page) : null
    if (address === null || address < 0) {
      return failed(`pages[${i}] is ${JSON.stringify(page)}, not an address as "0x..."`)
    }
    addresses.push(address)
  }
  return checked(Number(size), addresses, (i) => ({ property: `pages[${i}]` }))
}

function parseLines(text: string): PageFramesResult {
  const addresses: Addr[] = []
  const lines: number[] = []
  for (const [i, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim()
    if (words === '') continue
    const address = parseSize(words)
    if (address === null) {
      const shown = words.length > 40 ? `${words.slice(0, 40)}...` : words
      return failed(`'${shown}' is no address`, { line: i + 1, column: 1 }, form)
    }
    addresses.push(address)
    lines.push(i + 1)
  }
  return checked(DEFAULT_PAGE, addresses, (i) => ({ line: lines[i] ?? 1, column: 1 }))
}

function checked(
  pageSize: number,
  pages: readonly Addr[],
  at: (index: number) => NonNullable<Diagnostic['at']>,
): PageFramesResult {
  if (!Number.isInteger(Math.log2(pageSize)) || pageSize < 256 || pageSize > 2 ** 30) {
    return failed(`page_size is ${pageSize}, not a power of two from 256 bytes to 1 GiB`)
  }
  if (pages.length === 0) return failed('the list of page frames is empty', {}, form)
  const seen = new Set<Addr>()
  for (const [i, page] of pages.entries()) {
    const shown = `0x${page.toString(16)}`
    if (page % pageSize !== 0) return failed(`${shown} is no multiple of the page size`, at(i))
    if (seen.has(page)) return failed(`${shown} is in the list twice`, at(i))
    seen.add(page)
  }
  return { frames: { pageSize, pages }, diagnostics: [] }
}

/** Where the pages lie in a file of `size` bytes. */
export function frameSegments({ pageSize, pages }: PageFrames, size: number) {
  const diagnostics: Diagnostic[] = []
  const segments: Segment[] = []
  for (const [i, base] of pages.entries()) {
    const there = Math.min(pageSize, size - i * pageSize)
    if (there > 0) segments.push({ base, size: there, offset: i * pageSize })
  }
  if (size !== pages.length * pageSize) {
    const told = `${pages.length} pages of ${pageSize} bytes`
    const message = `the list names ${told}, the image has ${size} bytes`
    diagnostics.push({ severity: 'warning', message, remedy: 'is it the list of another image?' })
  }
  return { segments, diagnostics }
}
