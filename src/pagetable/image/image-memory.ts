/**
 * An image as memory: what the walker reads tables from. Pages are read when they are asked for and
 * a bounded number of them is kept, so that the size of the image does not matter.
 */
import { type Phys, prettyHex } from '../../base/addr.ts'
import { BusError, type MemoryPort } from '../../base/memory.ts'
import type { ByteSource } from './byte-source.ts'
import { lastAtOrBelow, orderedSegments, type Run, runsOf, type Segment } from './segments.ts'

const PAGE = 4096
/** Pages that are kept: 16 MiB. */
const SLOTS = 4096
const NOTHING = -1

/** Read only. An address that the image does not hold is a bus error. */
export class ImageMemory implements MemoryPort {
  /** Ascending, without overlaps, and never neighbours. */
  readonly runs: readonly Run[]
  readonly #source: ByteSource
  readonly #segments: readonly Segment[]
  readonly #tags = new Float64Array(SLOTS).fill(NOTHING)
  readonly #pages = new Array<DataView | undefined>(SLOTS)
  #last = 0
  #lastRun: Run | undefined

  constructor(source: ByteSource, segments: readonly Segment[]) {
    this.#source = source
    this.#segments = orderedSegments(segments)
    this.runs = runsOf(this.#segments)
  }

  /** Bytes that the image holds. */
  get size(): number {
    return this.runs.reduce((sum, run) => sum + run.size, 0)
  }

  /** True when the image holds all `size` bytes from `address`. */
  contains(address: Phys, size = 1): boolean {
    let run = this.#lastRun
    if (run === undefined || address < run.base || address >= run.base + run.size) {
      run = this.runs[lastAtOrBelow(this.runs, address)]
      if (run === undefined) return false
      this.#lastRun = run
    }
    return address + size <= run.base + run.size
  }

  read32(address: Phys): number {
    const page = Math.floor(address / PAGE)
    const slot = page % SLOTS
    if (this.#tags[slot] === page) {
      return this.#pages[slot]!.getUint32(address - page * PAGE, true)
    }
    return this.#readThrough(address, page, slot)
  }

  readBytes(address: Phys, into: Uint8Array): void {
    let done = 0
    while (done < into.length) {
      const segment = this.#segmentAt(address + done)
      const within = address + done - segment.base
      const length = Math.min(into.length - done, segment.size - within)
      const got = this.#source.read(segment.offset + within, into.subarray(done, done + length))
      // A file that shrinks while it is read holds less than it said.
      if (got < length) throw new BusError(address + done + got)
      done += length
    }
  }

  write32(address: Phys): void {
    throw new Error(`dmaplumb bug: a write to an image, at ${prettyHex(address)}`)
  }

  writeBytes(address: Phys): void {
    this.write32(address)
  }

  /** Reads a word and keeps its page, where the image holds the whole of it. */
  #readThrough(address: Phys, page: number, slot: number): number {
    if (!this.contains(page * PAGE, PAGE)) {
      const word = new Uint8Array(4)
      this.readBytes(address, word)
      return new DataView(word.buffer).getUint32(0, true)
    }
    const view = this.#pages[slot] ?? new DataView(new ArrayBuffer(PAGE))
    this.#tags[slot] = NOTHING
    this.readBytes(page * PAGE, new Uint8Array(view.buffer))
    this.#pages[slot] = view
    this.#tags[slot] = page
    return view.getUint32(address - page * PAGE, true)
  }

  #segmentAt(address: Phys): Segment {
    let segment = this.#segments[this.#last]
    if (segment === undefined || address < segment.base || address >= segment.base + segment.size) {
      this.#last = lastAtOrBelow(this.#segments, address)
      segment = this.#segments[this.#last]
    }
    if (segment === undefined || address >= segment.base + segment.size) throw new BusError(address)
    return segment
  }
}
