import { describe, expect, it } from 'vitest'
import { runIn } from '../../test/cli/fake-host.ts'
import { folderWith } from '../../test/cli/fixtures.ts'
import { expectSchema } from '../../test/cli/schemas.ts'

const SOURCE = `/dts-v1/;
/ { compatible = "v,board", "v,soc"; #address-cells = <1>; #size-cells = <1>;
  aliases { first = &master; };
  mmu: iommu@1000 { #iommu-cells = <1>; reg = <0x1000 0x100>; };
  master: master@2000 { compatible = "v,master"; status = "disabled"; reg = <0x2000 0x1000>;
    iommus = <&mmu 1>, <&mmu 2>; reg-names = "regs"; iommu-map = <1 2>;
    port { endpoint { odd = [01 02 03]; }; }; };
  bus { #address-cells = <3>; #size-cells = <2>; ranges = <0x02000000 0 0x1000 0x1000 0 0x1000>; };
};`
const files = {
  'a.dts': SOURCE,
  // The other phandle, other orders, one changed ID, one node more and one less.
  'b.dts': SOURCE.replace('<&mmu 2>', '<&mmu 3>')
    .replace('port {', 'extra { phandle = <1>; one { two { }; }; }; port {')
    .replace('bus {', 'bas {'),
  'c.dts': SOURCE.replace('compatible = "v,board", "v,soc"; ', '').replace(
    'aliases {',
    'compatible = "v,board", "v,soc"; aliases {',
  ),
  'bad.dts': '/dts-v1/; / {',
}
const run = (...argv: string[]) => runIn({ cwd: folderWith(files), columns: 80 }, 'dt', ...argv)

describe('dt show', () => {
  it('shows a node as source, with what it means below each property', async () => {
    const { code, out } = await run('show', 'a.dts', 'master')
    expect(code).toBe(0)
    expect(out).toContain('// /master@2000\nmaster: master@2000 {\n')
    expect(out).toContain('    reg = <0x2000 0x1000>;\n      // regs: 0x2000 + 0x1000 (4 KiB)\n')
    expect(out).toContain('    iommus = <&mmu 1>, <&mmu 2>;\n      // [0] &mmu (/iommu@1000) 0x1\n')
    expect(out).toContain('// BROKEN: a row takes 4 cells, but 2 are left')
    expect(out).toContain('    port  // 1 node below\n')
    expect(out).not.toContain('odd')
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  it('lists the children of the root without a path, and all of the tree with --all', async () => {
    const root = await run('show', 'a.dts')
    expect(root.out).toContain('    master: master@2000  // v,master, disabled, 2 nodes below\n')
    const all = await run('show', 'a.dts', '--all')
    expect(all.out).toContain('odd = [01 02 03];')
    expect(all.out.match(/\{/g)?.length).toBe(7)
    expect(all.out.match(/^ *\};/gm)?.length).toBe(7)
  })

  it('offers near names for an unknown path', async () => {
    const { code, err } = await run('show', 'a.dts', '/mastr')
    expect(code).toBe(2)
    expect(err).toContain('did you mean /master@2000?')
  })

  it('prints JSON that its schema describes', async () => {
    for (const path of ['/', '/aliases', 'first', '/iommu', '/bus']) {
      const { out } = await run('show', 'a.dts', path, '--all', '--json')
      expectSchema('dt show', out)
    }
    const { out } = await run('show', 'a.dts', 'first', '--json')
    const [shown] = expectSchema('dt show', out) as [{ properties: { name: string }[] }]
    expect(shown).toMatchObject({ path: '/master@2000', labels: ['master'] })
    expect(shown.properties.find((p) => p.name === 'iommus')).toMatchObject({
      text: '<&mmu 1>, <&mmu 2>',
      at: { line: 6 },
      meaning: [{ kind: 'phandle-args', provider: { path: '/iommu@1000' }, args: ['0x1'] }, {}],
    })
    expectSchema('dt show', (await run('show', 'a.dts', '/none', '--json')).out)
  })
})

describe('dt diff', () => {
  it('exits 0 and says nothing where only the order differs', async () => {
    expect(await run('diff', 'a.dts', 'c.dts')).toEqual({ code: 0, out: '', err: '' })
  })

  it('tells what changed, entry by entry, and counts what is below a node', async () => {
    const { code, out } = await run('diff', 'a.dts', 'b.dts')
    expect(code).toBe(1)
    expect(out.split('\n')).toEqual([
      '/master@2000',
      '  iommus[1]: <&mmu 2> -> <&mmu 3>',
      '- /bus',
      '+ /bas',
      '+ /master@2000/extra  (and 2 nodes under it)',
      '',
    ])
    const all = await run('diff', 'a.dts', 'b.dts', '--all')
    expect(all.out).toContain('+ /master@2000/extra/one/two\n')
  })

  it('prints JSON that its schema describes', async () => {
    const { out } = await run('diff', 'a.dts', 'b.dts', '--json')
    expect(expectSchema('dt diff', out)).toMatchObject([
      {
        changed: [
          {
            path: '/master@2000',
            property: 'iommus',
            before: '<&mmu 1>, <&mmu 2>',
            after: '<&mmu 1>, <&mmu 3>',
          },
        ],
        added: ['/bas', '/master@2000/extra'],
        removed: ['/bus'],
      },
    ])
  })

  it('exits 3 for a tree that cannot be read', async () => {
    expect((await run('diff', 'a.dts', 'bad.dts')).code).toBe(3)
    const json = await run('diff', 'gone.dtb', 'a.dts', '--json')
    expect(json.code).toBe(3)
    expectSchema('dt diff', json.out)
  })
})
