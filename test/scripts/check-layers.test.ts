import { expect, test } from 'vitest'
import { folderWith } from '../cli/fixtures.ts'

interface Finding {
  path: string
  line: number
  rule: string
  severity: string
  message: string
  remedy: string
}

const script: string = '../../scripts/layers/check.mjs'
const { checkTree } = (await import(script)) as {
  checkTree(root: string): { files: number; findings: Finding[] }
}

/** `path:line rule` of every finding in a tree of these files. */
function findings(files: Record<string, string>, rules?: string[]): string[] {
  return checkTree(folderWith(files))
    .findings.filter((f) => rules === undefined || rules.includes(f.rule))
    .map((f) => `${f.path}:${f.line} ${f.rule}`)
}

/** Findings about imports in one file. */
function imports(path: string, text: string, ...others: string[]): string[] {
  const files = Object.fromEntries(others.map((other) => [other, '']))
  return findings({ ...files, [path]: text }, ['floors', 'core-purity', 'families'])
}

test.each([
  ['dma', 'iommu'],
  ['machine', 'policy'],
  ['cli', 'analysis'],
  ['evidence', 'iommu'],
  ['devices', 'base'],
])('src/%s may import src/%s', (from, to) => {
  expect(imports(`src/${from}/a.ts`, `import { b } from '../${to}/b.ts'`)).toEqual([])
})

test.each([
  ['iommu', 'dma'],
  ['policy', 'devicetree'],
  ['devices', 'policy'],
  ['devices', 'interconnect'],
  ['drivers', 'kernel'],
  ['evidence', 'dma'],
  ['base', 'policy'],
  ['base', 'nowhere'],
  ['nowhere', 'base'],
])('src/%s may not import src/%s', (from, to) => {
  const text = `\nimport { b } from '../${to}/b.ts'`
  expect(imports(`src/${from}/a.ts`, text)).toEqual([`src/${from}/a.ts:2 floors`])
})

test('sees every form of import', () => {
  const text = [
    "import '../dma/a.ts'",
    "import type { B } from '../dma/b.ts'",
    "import * as c from '../dma/c.ts'",
    "import d, {\n  type D,\n} from '../dma/d.ts'",
    "export { e } from '../dma/e.ts'",
    "export * from '../dma/f.ts'",
    "export type { G } from '../dma/g.ts'",
    "const h = await import('../dma/h.ts')",
    "type I = typeof import('../dma/i.ts')",
  ].join('\n')
  expect(imports('src/iommu/x.ts', text)).toHaveLength(9)
})

test('is not fooled by comments, strings, templates and regular expressions', () => {
  const text = [
    "// import '../dma/a.ts'",
    "/* import '../dma/a.ts' */",
    'const a = "import \'../dma/a.ts\'"',
    "const b = `import '../dma/a.ts' ${a} import '../dma/a.ts'`",
    "const c = /import '..\\/dma\\/a.ts'/",
    'const d = a / 2 + b.length / 3',
    'export const from = { import: 1 }',
  ].join('\n')
  expect(imports('src/iommu/x.ts', text)).toEqual([])
})

test('the core imports neither Node nor packages; src/cli Node and its two', () => {
  const text = "import 'node:fs'\nimport 'left-pad'\nimport 'commander'"
  expect(imports('src/base/a.ts', text)).toEqual(
    [1, 2, 3].map((n) => `src/base/a.ts:${n} core-purity`),
  )
  expect(imports('src/cli/a.ts', text)).toEqual(['src/cli/a.ts:2 core-purity'])
  expect(imports('src/base/a.test.ts', "import 'vitest'")).toEqual([])
})

test('the product does not import tests, and nothing imports the roof', () => {
  expect(imports('src/cli/a.ts', "import '../../test/x.ts'")).toEqual(['src/cli/a.ts:1 floors'])
  for (const name of ['b.test.ts', 'b.fixture.ts', 'test-b.ts']) {
    expect(imports('src/cli/a.ts', `import './${name}'`)).toEqual(['src/cli/a.ts:1 floors'])
  }
  expect(imports('src/cli/a.ts', "import '../index.ts'")).toEqual(['src/cli/a.ts:1 floors'])
  expect(imports('src/index.ts', "export { a } from './cli/a.ts'")).toEqual([
    'src/index.ts:1 floors',
  ])
  expect(imports('src/index.ts', "export { a } from './machine/a.ts'")).toEqual([])
})

test("an IOMMU's hardware never reaches its driver, not even through a third file", () => {
  const files = {
    'src/iommu/x/hardware.ts': "import './regs.ts'\nimport './shared.ts'",
    'src/iommu/x/shared.ts': "import './driver-domain.ts'",
    'src/iommu/x/regs.ts': '',
    'src/iommu/x/driver-domain.ts': '',
    'src/iommu/x/driver.ts': "import '../x/regs.ts'\nimport type { H } from './hardware.ts'",
    'src/iommu/x/family.ts': "import './driver.ts'\nimport './hardware.ts'",
  }
  expect(findings(files, ['families'])).toEqual([
    'src/iommu/x/driver.ts:2 families',
    'src/iommu/x/hardware.ts:2 families',
  ])
})

const declarations = [
  'export const s = {',
  "  'dma.one': declareSwitch({ doc: 'd', values: [true, false], initial: true }),",
  "  'dma.two': declareSwitch({ doc: 'unread', values: ['a', 'b'], initial: 'a' }),",
  "  'iommu.x-y.three': declareSwitch({ doc: 'd', values: ['a', 'b'], initial: 'a', unread: 'why' }),",
  '} as const',
].join('\n')

function switches(files: Record<string, string>): string[] {
  const all = { 'src/policy/switches.ts': declarations, ...files }
  return findings(all, ['switch-sites', 'switch-count'])
}

test('every switch is read in exactly one place, whatever the receiver is called', () => {
  const one = 'function f(p: P) {\n  if (p.dma.one) return this.#policy.dma.one\n}\n'
  const two =
    "class C {\n  m(): { a: string } | null {\n    return policy.value('dma.two')\n  }\n}\n"
  expect(switches({ 'src/dma/a.ts': one, 'src/dma/b.ts': two })).toEqual([])
  expect(switches({ 'src/dma/a.ts': one })).toEqual(['src/policy/switches.ts:3 switch-sites'])
  expect(switches({ 'src/dma/a.ts': one, 'src/dma/b.ts': two, 'src/dma/c.ts': one })).toEqual([
    'src/dma/c.ts:2 switch-sites',
  ])
})

test('a data row counts as a reading site, a cause does not', () => {
  const rows = "const rows = [{ switch: 'dma.one' }, { switch: 'dma.two' }]\n"
  const causes = "const f = () => { journal.add(policy.cause('dma.one'), policy.why('dma.two')) }\n"
  expect(switches({ 'src/dma/a.ts': rows, 'src/dma/b.ts': causes })).toEqual([])
})

test('a switch that is marked unread is not read', () => {
  const read =
    "const a = policy.dma.one\nconst b = policy.dma.two\nconst c = p.iommu['x-y'].three\n"
  expect(switches({ 'src/dma/a.ts': read })).toEqual(['src/dma/a.ts:3 switch-sites'])
})

test('tests may read switches as they like', () => {
  const read = 'const a = p.dma.one\nconst b = p.dma.two\n'
  expect(switches({ 'src/dma/a.ts': read, 'src/dma/a.test.ts': read })).toEqual([])
})

test('a function reads two switches at most, counted function by function', () => {
  const three = ['one', 'two', 'four']
  const more = declarations.replace(
    '} as const',
    "  'dma.four': declareSwitch({ doc: '', values: ['a'], initial: 'a' }),\n} as const",
  )
  const all = (body: string) => switches({ 'src/policy/switches.ts': more, 'src/dma/a.ts': body })
  const reads = three.map((name) => `p.dma.${name}`)
  expect(all(`function f(): void {\n  return ${reads.join(' + ')}\n}`)).toEqual([
    'src/dma/a.ts:1 switch-count',
  ])
  const apart = reads.map(
    (read, i) => `const f${i} = (x: number): boolean => {\n return ${read}\n}`,
  )
  expect(all(apart.join('\n'))).toEqual([])
  const methods = reads.map(
    (read, i) => `  m${i}(a: A): Map<string, { b: B }> {\n return ${read}\n }`,
  )
  expect(all(`class C {\n${methods.join('\n')}\n}`)).toEqual([])
})

test('versions are named in the policy, the kernel, boards and texts only', () => {
  const text = "// v3.18 here is fine\nexport const a = 'v3.19' // or here\nconst b = `${a} v6.1`\n"
  expect(findings({ 'src/dma/a.ts': text }, ['versions'])).toEqual([
    'src/dma/a.ts:2 versions',
    'src/dma/a.ts:3 versions',
  ])
  const allowed = ['policy/a', 'kernel/a', 'machine/boards/a', 'drivers/catalogue/a', 'dma/a.test']
  for (const path of allowed)
    expect(findings({ [`src/${path}.ts`]: text }, ['versions'])).toEqual([])
})

test('a finding can be excused on its line, with a reason', () => {
  const text = "// layers-allow versions: a log text\nconst a = 'v3.19'\nconst b = 'v3.19'\n"
  expect(findings({ 'src/dma/a.ts': text }, ['versions'])).toEqual(['src/dma/a.ts:3 versions'])
})

test('no bit operators on addresses outside base/addr.ts and the page-table engine', () => {
  const text = [
    'function f(iova: Iova, o: { pa?: Phys }, n: number): Addr | null {',
    '  const a = iova & 0xfff',
    '  const b = o.pa >>> 12',
    '  const c = ~iova',
    '  if (iova && o.pa) return n & 1',
    '  return iova + (n << 2)',
    '}',
  ].join('\n')
  expect(findings({ 'src/dma/a.ts': text }, ['bits'])).toEqual(
    [2, 3, 4].map((n) => `src/dma/a.ts:${n} bits`),
  )
  expect(findings({ 'src/pagetable/a.ts': text, 'src/base/addr.ts': text }, ['bits'])).toEqual([])
})

test('bigint literals stay in the expression evaluator and in tests', () => {
  const text = 'const a = 1n + 0xffn\nconst b = 10\n'
  expect(findings({ 'src/dma/a.ts': text }, ['bigint'])).toEqual(
    Array(2).fill('src/dma/a.ts:1 bigint'),
  )
  const fine = { 'src/devicetree/dts-expression.ts': text, 'test/reference/a.ts': text }
  expect(findings({ ...fine, 'src/dma/a.test.ts': text }, ['bigint'])).toEqual([])
})

test('no default exports', () => {
  const files = { 'src/dma/a.ts': '\nexport default 1', 'src/dma/b.ts': 'const x = { default: 1 }' }
  expect(findings(files, ['default-export'])).toEqual(['src/dma/a.ts:2 default-export'])
})

test('the core has no clock, no chance and no console', () => {
  const text =
    'a(Date.now())\nb(Math.random())\nconsole.log(1)\nsetTimeout(f, 1)\nMath.floor(x.Date)\n'
  expect(findings({ 'src/dma/a.ts': text }, ['determinism'])).toEqual(
    [1, 2, 3, 4].map((n) => `src/dma/a.ts:${n} determinism`),
  )
  expect(findings({ 'src/cli/a.ts': text }, ['determinism'])).toEqual([])
  const own = 'function f(process: P) {\n  process.step()\n}\n'
  expect(findings({ 'src/dma/a.ts': own }, ['determinism'])).toEqual([])
})

test('every exported declaration has a docstring', () => {
  const text = [
    '/** Head of the file. */',
    "import { a } from './b.ts'",
    '',
    'export const b = 1',
    '/** Documented. */',
    'export function c(x: string): string',
    'export function c(x: number): string',
    '// not a docstring',
    'export interface D {}',
    '/** Far away. */',
    'const e = 1',
    'export type F = 1',
    "export { g } from './g.ts'",
    "export type { H } from './h.ts'",
    '/** Yes. */',
    'export abstract class I {}',
    'export async function* j() {}',
  ].join('\n')
  expect(findings({ 'src/dma/a.ts': text }, ['docstring'])).toEqual(
    [4, 9, 12, 17].map((n) => `src/dma/a.ts:${n} docstring`),
  )
  expect(findings({ 'src/dma/a.test.ts': text, 'test/a.ts': text }, ['docstring'])).toEqual([])
})

test('a long file is a warning', () => {
  const files = { 'src/dma/a.ts': '\n'.repeat(301), 'src/dma/b.ts': '\n'.repeat(300) }
  const { findings: found } = checkTree(folderWith(files))
  expect(found).toMatchObject([{ path: 'src/dma/a.ts', severity: 'warning', rule: 'length' }])
})

test('says where and what to do, in a fixed order', () => {
  const files = { 'src/b/a.ts': 'const a = 1n', 'src/a/a.ts': "import 'x'\nconst b = 2n" }
  const root = folderWith(files)
  const once = checkTree(root)
  expect(once.findings.map((f) => `${f.path}:${f.line}`)).toEqual([
    'src/a/a.ts:1',
    'src/a/a.ts:2',
    'src/b/a.ts:1',
  ])
  expect(once.findings.every((f) => f.remedy.length > 0)).toBe(true)
  expect(checkTree(root)).toEqual(once)
})
