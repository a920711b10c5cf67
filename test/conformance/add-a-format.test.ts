/// <reference types="node" />
/** The example of docs/add-a-format.md is complete: out of the page, through the suite. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runInThisContext } from 'node:vm'
import { buildSync } from 'esbuild'
import { expect, it } from 'vitest'
import type { FormatSpec } from '../../src/pagetable/contract.ts'
import { formats } from '../../src/pagetable/formats.ts'
import type { ReferenceFormat } from '../reference/pagetable.ts'
import { conformance } from './pagetable.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(`${root}docs/add-a-format.md`, 'utf8')

/** The example for one file, with what stands around it there. */
function example(file: string, around: (code: string) => string): Record<string, unknown> {
  const code = new RegExp(`^\`\`\`ts file=${file}\n(.*?)^\`\`\``, 'ms').exec(page)?.[1]
  if (code === undefined) throw new Error(`docs/add-a-format.md has no example for ${file}`)
  const { outputFiles } = buildSync({
    stdin: {
      contents: around(code),
      resolveDir: `${root}${file.replace(/[^/]+$/, '')}`,
      loader: 'ts',
    },
    bundle: true,
    format: 'cjs',
    write: false,
  })
  const module = { exports: {} }
  const run = runInThisContext(`(module, exports) => {${outputFiles[0]?.text}\n}`)
  run(module, module.exports)
  return module.exports
}

const { acmeMmu } = example('src/pagetable/formats/acme-mmu.ts', String) as { acmeMmu: FormatSpec }
const { reference } = example(
  'test/reference/pagetable.ts',
  (code) => `const kib = 1024n, mib = 1024n * kib\n${code}\nexport const reference = acmeMmu`,
) as { reference: ReferenceFormat }

it('is an example and no format of the product', () => {
  expect(formats.find(acmeMmu.id)).toBe(undefined)
})

conformance(acmeMmu, reference)
