/** `pagetable walk IMAGE --all`: what tables map, range by range as they are found. */
import { hex, prettyHex, prettySize } from '../../../base/addr.ts'
import { faultFamilyOf } from '../../../pagetable/image/fault-terms.ts'
import { halvesOf, outOfFormat, printIoAddress } from '../../../pagetable/image/io-address.ts'
import { listMappings } from '../../../pagetable/image/list-mappings.ts'
import type { Mapping } from '../../../pagetable/mappings.ts'
import type { Call } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { rightsInWords } from './rights-in-words.ts'
import type { ImageTables } from './walk-addresses.ts'

/** Ranges that are written at once; then others get their turn, who may find the reader gone. */
const BATCH = 1024
const PAGE = 4096

/** Lists. 1 where something is wrong with the tables, 3 where the image does not hold the root. */
export async function listAll(call: Call, image: string, tables: ImageTables): Promise<number> {
  const { output, command } = call
  const { format, root, memory } = tables
  const halves = halvesOf(format, faultFamilyOf(format).signed === true)
  const head = { schemaVersion: 1, command, image, format: format.id, root: hex(root) }
  const progress = output.progress('entries of the root')
  const listing = listMappings(tables, (done, total) => progress.tick(done, total))
  let batch: Mapping[] = []
  const write = () => {
    if (output.json) {
      for (const range of batch) output.object({ ...head, ...rangeJson(range) })
    } else output.lines(batch.map(rangeLine))
    batch = []
  }
  const place = (page: number) => printIoAddress(outOfFormat(format, halves, page))
  const rangeJson = ({ iova, address, size, read, write }: Mapping) => {
    return { iova: place(iova), address: hex(address), size: hex(size), read, write }
  }
  const rangeLine = (range: Mapping) => {
    const { iova, address, size } = range
    const last = `${place(iova + size - PAGE).slice(0, -3)}fff`
    const from = `${place(iova).padStart(10)} to ${last.padEnd(10)}`
    return `${from}  ->  ${prettyHex(address).padEnd(10)}  ${rightsInWords(range)}, ${prettySize(size)}`
  }
  for (;;) {
    const next = listing.next()
    if (next.done === true) {
      write()
      const { ranges, bytes, tables: count, diagnostics } = next.value
      output.diagnostics(diagnostics.map((d) => ({ ...d, at: { source: image } })))
      if (output.json) {
        output.object({ ...head, ranges, mapped: hex(bytes), tables: count, diagnostics })
      } else {
        const counted = `${ranges} ranges, ${prettySize(bytes)}, ${count} tables`
        output.lines([ranges === 0 ? `nothing is mapped, ${count} tables` : counted])
      }
      if (!memory.contains(root, 4)) return exitCode.input
      return diagnostics.some((d) => d.severity !== 'note') ? exitCode.findings : exitCode.clean
    }
    batch.push(next.value)
    if (batch.length < BATCH) continue
    write()
    await new Promise((done) => setImmediate(done))
  }
}
