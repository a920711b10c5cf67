/**
 * The examples of the libraries' documents compile as a reader's program would: strictly, against the
 * sources of the packages that they import.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'node_modules/.dmaplumb-docs-typecheck')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What tsc says of these files; empty when all is well. */
function compile(files: Readonly<Record<string, string>>): string {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      rootDir: root,
      noEmit: true,
      paths: {
        'dmaplumb/devicetree': [join(root, 'src/devicetree/index.ts')],
        'dmaplumb/pagetable': [join(root, 'src/pagetable/index.ts')],
      },
    },
    files: Object.keys(files),
    include: [],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  try {
    execFileSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], { encoding: 'utf8' })
    return ''
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    return `${stdout ?? ''}${stderr ?? ''}` || String(error)
  }
}

/** The examples that are whole programs, by document. */
function examples(document: string): Record<string, string> {
  const text = readFileSync(join(root, `docs/${document}.md`), 'utf8')
  const blocks = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map((m) => m[1]!)
  expect(blocks.length, document).toBeGreaterThan(0)
  // Each is a module, also where it imports nothing.
  const files = blocks.map((block, i) => [`${document}-${i + 1}.ts`, `${block}\nexport {}\n`])
  return Object.fromEntries(files)
}

it('the examples of docs/pagetable.md and docs/devicetree.md compile', () => {
  expect(compile({ ...examples('pagetable'), ...examples('devicetree') })).toBe('')
})

it('an example that forgets that nothing may be found does not', () => {
  const text =
    "import { formats } from 'dmaplumb/pagetable'\nexport const n = formats.find('x').id\n"
  expect(compile({ 'wrong.ts': text })).toMatch(/wrong\.ts\(2,\d+\): error TS\d+.*undefined/)
})
