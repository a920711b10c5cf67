/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { IovaAllocator } from '../../src/dma/iova-allocator.ts'
import { IovaFastTree } from '../../src/dma/iova-fast-tree.ts'
import { iovaOutcome, replayIova } from '../../src/dma/iova-replay.ts'
import { IovaTree } from '../../src/dma/iova-tree.ts'
import { replayFile } from '../../src/pagetable/replay/replay.ts'
import { iovaExcerpts } from './iova-excerpts.ts'

const file = new URL('../../../shared/data/vectors/iova.json.gz', import.meta.url)

interface Recording {
  name: string
  rcache: boolean
  ops: unknown[]
  live: unknown[]
}

const spaces: Readonly<Record<string, (granule: number, startPfn: number) => IovaAllocator>> = {
  tree: (granule, startPfn) => new IovaTree(granule, startPfn),
  'fast tree': (granule, startPfn) => new IovaFastTree(granule, startPfn),
}

function stripped({ ops, ...rest }: Recording) {
  const expectations = ['alloc', 'alloc_fast', 'reserve', 'find']
  const calls = (ops as unknown[][]).map((row) =>
    expectations.includes(row[0] as string) ? row.slice(0, -1) : row,
  )
  return { ...rest, ops: calls, live: undefined }
}

describe.skipIf(!existsSync(file))(
  'measured IOVA vectors (skipped: ../shared is not there)',
  () => {
    const document = existsSync(file) ? JSON.parse(gunzipSync(readFileSync(file)).toString()) : {}
    const { vectors = [] } = document as { vectors?: Recording[] }

    for (const [name, makeSpace] of Object.entries(spaces)) {
      it(`all 10 agree on the ${name}, call by call, half of them through the caches`, () => {
        for (const vector of vectors) {
          const done = replayIova(vector, vector.name, makeSpace)
          expect(done).toEqual({ name: vector.name, ops: vector.ops, live: vector.live, unmet: [] })
        }
        expect([vectors.length, vectors.filter((v) => v.rcache).length]).toEqual([10, 5])
      })
    }

    it('give the same answers when these are not in the file', () => {
      for (const vector of vectors) {
        const { label, line, disagreements } = iovaOutcome(stripped(vector), vector.name)
        const { name, ops, live } = vector
        expect([label, line, disagreements]).toEqual([name, { name, ops, live }, []])
      }
    })

    it('are replayed as a file of page-table vectors is', () => {
      const outcomes = [...replayFile(document, { iova: iovaOutcome })]
      expect(outcomes.map((o) => o.label)).toEqual(vectors.map((v) => v.name))
      expect(outcomes.flatMap((o) => [...o.disagreements, ...o.diagnostics])).toEqual([])
    })

    it('begin as the excerpts that the tests have without them', () => {
      for (const excerpt of iovaExcerpts as Recording[]) {
        const whole = vectors.find((v) => v.name === excerpt.name)
        expect(whole?.ops.slice(0, excerpt.ops.length)).toEqual(excerpt.ops)
      }
    })
  },
)
