/** The examples of docs/pagetable.md, run as they stand: each throws when it does not hold. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const guide = readFileSync(join(root, 'docs/pagetable.md'), 'utf8')
const blocks = [...guide.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((m) => m[1]!)
const folder = join(root, 'node_modules/.dmaplumb-docs-pagetable')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('docs/pagetable.md', () => {
  it('has examples', () => expect(blocks.length).toBeGreaterThan(0))

  it.each(blocks.map((text, i) => [i + 1, text] as const))('example %i holds', async (i, text) => {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `example-${i}.ts`)
    const library = JSON.stringify(join(root, 'src/pagetable/index.ts'))
    writeFileSync(file, text.replaceAll("'dmaplumb/pagetable'", library))
    await import(/* @vite-ignore */ file)
  })
})
