import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runIn } from '../../test/cli/fake-host.ts'
import { printDtb } from '../devicetree/dtb.ts'
import { parseDts } from '../devicetree/dts.ts'

const folder = mkdtempSync(join(tmpdir(), 'dmaplumb-dt-'))
afterAll(() => rmSync(folder, { recursive: true }))

const SOURCE = `/dts-v1/;
/ { compatible = "v,board", "v,soc"; #address-cells = <1>; #size-cells = <1>;
  mmu: iommu@1000 { #iommu-cells = <0>; reg = <0x1000 0x100>; };
  master@2000 { iommus = <&mmu>; odd = [01 02 03]; dma-coherent; }; };`

function blob(): Uint8Array {
  const { tree } = parseDts(SOURCE)
  if (tree === null) throw new Error('the source parses')
  return printDtb(tree)
}

describe('dt convert', () => {
  it('gives an unedited blob back byte for byte', async () => {
    const bytes = blob()
    const { code, out } = await runIn({ stdin: bytes }, 'dt', 'convert', '-', '--to', 'dtb')
    expect(code).toBe(0)
    expect(Buffer.from(out, 'latin1')).toEqual(Buffer.from(bytes))
  })

  it('writes a source that compiles to the same blob', async () => {
    const { out } = await runIn({ stdin: blob() }, 'dt', 'convert', '-', '--to', 'dts')
    const again = await runIn({ stdin: out }, 'dt', 'convert', '-', '--to', 'dtb')
    expect(Buffer.from(again.out, 'latin1')).toEqual(Buffer.from(blob()))
  })

  it('writes nested JSON with the looks of the values', async () => {
    const { out } = await runIn({ stdin: SOURCE }, 'dt', 'convert', '-', '--to', 'json')
    const root = JSON.parse(out)
    expect(root.props.compatible).toEqual({ type: 'strings', value: ['v,board', 'v,soc'] })
    const [mmu, master] = root.children
    expect(mmu.props.reg).toEqual({ type: 'cells', value: ['0x1000', '0x100'] })
    expect(master.props.odd).toEqual({ type: 'bytes', value: '010203' })
    expect(master.props['dma-coherent']).toEqual({ type: 'empty', value: null })
  })

  it('writes to a file with -o and says when it cannot', async () => {
    const path = join(folder, 'out.dtb')
    const ok = await runIn({ stdin: SOURCE }, 'dt', 'convert', '-', '--to', 'dtb', '-o', path)
    expect([ok.code, ok.out]).toEqual([0, ''])
    expect(readFileSync(path).subarray(0, 4)).toEqual(Buffer.from([0xd0, 0x0d, 0xfe, 0xed]))
    const nowhere = join(folder, 'no', 'such', 'folder')
    const bad = await runIn({ stdin: SOURCE }, 'dt', 'convert', '-', '--to', 'dtb', '-o', nowhere)
    expect(bad.code).toBe(2)
    expect(bad.err).toContain('cannot write')
  })

  it('names a near verb and refuses an unknown form', async () => {
    const verb = await runIn({}, 'dt', 'convrt', '-', '--to', 'dts')
    expect([verb.code, verb.err]).toEqual([2, expect.stringContaining('Did you mean convert?')])
    expect((await runIn({}, 'dt', 'convert', '-', '--to', 'xml')).code).toBe(2)
  })

  it('exits 3 for an input that is broken', async () => {
    const { code } = await runIn(
      { stdin: blob().subarray(0, 90) },
      'dt',
      'convert',
      '-',
      '--to',
      'dts',
    )
    expect(code).toBe(3)
  })
})
