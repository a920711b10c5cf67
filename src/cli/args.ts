/** Option texts into values. A mistake becomes a diagnostic, never an exception. */
import type { Board, Request } from '../analysis/contract.ts'
import { hex, parseSize } from '../base/addr.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import type { Options } from './options.ts'

/** A value, or what is wrong with the text. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; diagnostic: Diagnostic }

function refuse<T>(message: string, remedy?: string): Parsed<T> {
  const diagnostic: Diagnostic = { severity: 'error', message }
  if (remedy !== undefined) diagnostic.remedy = remedy
  return { ok: false, diagnostic }
}

/** A piece of RAM, bytes. */
export interface MemoryRange {
  base: number
  size: number
}

const MEMORY_REMEDY = 'write BASE+SIZE, e.g. --memory 0x60000000+1G'

/**
 * `--memory BASE+SIZE,...`: ranges in ascending order that do not overlap. Hex, decimal, K, M, G.
 *
 * @example
 * parseMemory('0x60000000+1G') // { ok: true, value: [{ base: 0x60000000, size: 0x40000000 }] }
 */
export function parseMemory(text: string): Parsed<MemoryRange[]> {
  const ranges: MemoryRange[] = []
  for (const part of text.split(',')) {
    const [baseText, sizeText, ...rest] = part.split('+')
    const base = parseSize(baseText ?? '')
    const size = parseSize(sizeText ?? '')
    if (base === null || size === null || rest.length > 0) {
      return refuse(`--memory ${text}: '${part}' is not BASE+SIZE`, MEMORY_REMEDY)
    }
    if (size === 0) return refuse(`--memory ${text}: '${part}' has no size`, MEMORY_REMEDY)
    if (!Number.isSafeInteger(base + size)) {
      return refuse(`--memory ${text}: '${part}' ends beyond 2^53`)
    }
    ranges.push({ base, size })
  }
  ranges.sort((a, b) => a.base - b.base)
  for (const [i, range] of ranges.entries()) {
    const before = ranges[i - 1]
    if (before !== undefined && before.base + before.size > range.base) {
      return refuse(`--memory ${text}: ranges overlap at ${hex(range.base)}`)
    }
  }
  return { ok: true, value: ranges }
}

/** The change `driver:VENDOR,CHIP` has a comma of its own. */
const cutDriverId = /[+~]driver:[^,+~]*$/
const release = /^v\d/

/** `--kernels K,K+ID,K~ID`: the specs as typed. */
export function parseKernels(text: string): Parsed<string[]> {
  const specs: string[] = []
  for (const part of text.split(',').map((spec) => spec.trim())) {
    const last = specs.at(-1)
    if (last !== undefined && cutDriverId.test(last) && !release.test(part)) {
      specs[specs.length - 1] = `${last},${part}`
    } else specs.push(part)
  }
  if (specs.some((spec) => spec === '')) {
    return refuse(`--kernels '${text}': a kernel is missing`, 'e.g. --kernels v3.18+drivers,v3.19')
  }
  return { ok: true, value: specs }
}

/** What the analyses take; `config` and `wiring` were loaded before. */
export function requestOf(
  options: Options,
  config: Request['config'],
  wiring: Board | null,
): Parsed<Request> {
  const memory = options.memory === null ? null : parseMemory(options.memory)
  if (memory !== null && !memory.ok) return memory
  const { kernel, cmdline, arch, all } = options
  const request: Request = {
    kernel,
    with: options.with,
    without: options.without,
    config,
    cmdline,
    memory: memory === null ? null : memory.value,
    wiring,
    arch,
    all,
  }
  return { ok: true, value: request }
}
