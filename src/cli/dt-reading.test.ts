import { spawnSync } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runIn } from '../../test/cli/fake-host.ts'
import { folderWith } from '../../test/cli/fixtures.ts'
import { expectSchema } from '../../test/cli/schemas.ts'

const hasCpp = spawnSync('cpp', ['--version']).status === 0
const toJson = async (cwd: string, ...args: string[]) => {
  const { out, err, code } = await runIn({ cwd }, 'dt', 'convert', ...args, '--to', 'json')
  return { code, err, root: out === '' ? null : JSON.parse(out) }
}

describe.skipIf(!hasCpp)(`--cpp (${hasCpp ? 'cpp found' : 'skipped: no cpp'})`, () => {
  const raw = '#include <dt-bindings/x.h>\n/dts-v1/;\n/ { a = <(ONE + 1)>; };\n'

  it('preprocesses a source with the folders of --include', async () => {
    const cwd = folderWith({ 'b.dts': raw, 'inc/dt-bindings/x.h': '#define ONE 1\n' })
    const { root } = await toJson(cwd, 'b.dts', '--cpp', '-I', 'inc')
    expect(root.props.a.value).toEqual(['0x2'])
  })

  it('finds the headers of a kernel tree by itself', async () => {
    const cwd = folderWith({
      'arch/arm64/boot/dts/v/b.dts': raw,
      'scripts/dtc/include-prefixes/dt-bindings/x.h': '#define ONE 1\n',
    })
    const { root } = await toJson(cwd, 'arch/arm64/boot/dts/v/b.dts', '--cpp')
    expect(root.props.a.value).toEqual(['0x2'])
  })

  it('says where a header is missing, and a mistake by its line in the raw source', async () => {
    const cwd = folderWith({ 'b.dts': raw, 'c.dts': '#define A\n/dts-v1/;\n/ { a = <B>; };\n' })
    const missing = await toJson(cwd, 'b.dts', '--cpp')
    expect(missing.code).toBe(3)
    expect(missing.err).toMatch(/b\.dts:1:\d+: error: cpp: .*x\.h.*--include/)
    const wrong = await toJson(cwd, 'c.dts', '--cpp')
    expect(wrong.err).toContain('c.dts:3:10: error')
  })
})

describe.skipIf(!hasCpp)('after cpp', () => {
  it('does not send to cpp what has been there, and shows and compares raw sources', async () => {
    const cwd = folderWith({
      'b.dts': '/dts-v1/;\n/ { a = <ONE>; };\n',
      'c.dts': '#define A 1\n/dts-v1/;\n/ { a = <A>; };\n',
    })
    const { err } = await toJson(cwd, 'b.dts', '--cpp')
    expect(err).toContain('found ONE (a macro that no included header defines?)')
    expect((await runIn({ cwd }, 'dt', 'show', 'c.dts', '--cpp')).out).toContain('a = <1>;')
    expect((await runIn({ cwd }, 'dt', 'diff', 'c.dts', 'c.dts', '--cpp')).code).toBe(0)
  })
})

describe('/include/ and /incbin/', () => {
  it('looks for included sources in the folders of --include', async () => {
    const cwd = folderWith({
      'top.dts': '/dts-v1/;\n/include/ "soc.dtsi"\n',
      'lib/soc.dtsi': '/ { soc { }; };\n',
    })
    expect((await toJson(cwd, 'top.dts', '-I', 'lib')).root.children[0].name).toBe('soc')
    expect((await toJson(cwd, 'top.dts')).code).toBe(3)
  })

  it('includes binaries below the folder of the source only, links followed', async () => {
    const cwd = folderWith({
      'b/in.dts': '/dts-v1/;\n/ { x = /incbin/("data/blob"); };\n',
      'b/up.dts': '/dts-v1/;\n/ { x = /incbin/("../secret"); };\n',
      'b/link.dts': '/dts-v1/;\n/ { x = /incbin/("link"); };\n',
      'b/root.dts': '/dts-v1/;\n/ { x = /incbin/("/etc/passwd"); };\n',
      'b/data/blob': 'abc',
      secret: 'no',
    })
    symlinkSync('../secret', join(cwd, 'b/link'))
    expect((await toJson(cwd, 'b/in.dts')).root.props.x.value).toBe('616263')
    for (const name of ['up', 'link', 'root']) {
      const { code, err } = await toJson(cwd, `b/${name}.dts`)
      expect([name, code]).toEqual([name, 3])
      expect(err).toContain('cannot include')
    }
  })
})

describe('overlays', () => {
  const files = {
    'base.dts': `/dts-v1/; / { compatible = "v,b"; soc: soc { u: uart { status = "disabled"; }; }; };`,
    'on.dts': `/dts-v1/; /plugin/; &u { status = "okay"; new = <&soc>; };`,
    'bad.dts': `/dts-v1/; /plugin/; &uu { status = "okay"; };`,
  }

  it('dt apply writes the base with its overlays', async () => {
    const cwd = folderWith(files)
    const { out, code } = await runIn({ cwd }, 'dt', 'apply', 'base.dts', 'on.dts', '--to', 'dts')
    expect(code).toBe(0)
    expect(out).toMatch(/u: uart \{\n\t+status = "okay";/)
  })

  it('dt apply names a label that the base lacks, and one near it', async () => {
    const cwd = folderWith(files)
    const { err, code } = await runIn({ cwd }, 'dt', 'apply', 'base.dts', 'bad.dts', '--to', 'dts')
    expect(code).toBe(3)
    expect(err).toMatch(/uu.*did you mean.*\bu\b/)
  })

  it('every command with boards takes --overlay', async () => {
    const cwd = folderWith(files)
    const { code, err } = await runIn({ cwd }, 'check', 'base.dts', '--overlay', 'bad.dts')
    expect([code, err]).toEqual([3, expect.stringContaining('uu')])
  })

  it('chains overlays on a source, shows a node with them, and writes symbols', async () => {
    const second = `/dts-v1/; /plugin/; &first { x = <&soc>; };`
    const first = `/dts-v1/; /plugin/; &soc { first: first { }; };`
    const cwd = folderWith({ ...files, 'one.dts': first, 'two.dts': second })
    const overlays = ['--overlay', 'one.dts', '--overlay', 'two.dts']
    const { code, out, err } = await runIn({ cwd }, 'dt', 'show', 'base.dts', 'first', ...overlays)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('first: first {')
  })

  it('prints JSON with --json, and refuses it where another form is asked for', async () => {
    const cwd = folderWith(files)
    const apply = await runIn({ cwd }, 'dt', 'apply', 'base.dts', 'on.dts', '--json')
    expect(expectSchema('dt apply', apply.out)[0]).toHaveProperty('children')
    const refused = await runIn({ cwd }, 'dt', 'convert', 'base.dts', '--to', 'dtb', '--json')
    expect(refused.code).toBe(2)
    expectSchema('dt convert', refused.out)
    const gone = await runIn({ cwd }, 'dt', 'convert', 'gone.dts', '--to', 'json', '--json')
    expect(gone.code).toBe(3)
    expectSchema('dt convert', gone.out)
  })

  it('refuses an overlay as a board and says what to do with it', async () => {
    const cwd = folderWith(files)
    const { code, err } = await runIn({ cwd }, 'check', 'on.dts')
    expect([code, err]).toEqual([3, expect.stringContaining('--overlay')])
  })
})
