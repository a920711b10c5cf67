import { describe, expect, it } from 'vitest'
import { parseDts } from '../devicetree/dts.ts'
import { memoryLayout } from './memory-layout.ts'

function layout(
  compatible: string,
  body: string,
  user: { base: number; size: number }[] | null = null,
) {
  const text = `/dts-v1/; / { compatible = "${compatible}"; #address-cells = <1>; #size-cells = <1>; ${body} };`
  const { tree, diagnostics } = parseDts(text)
  if (tree === null) throw new Error(diagnostics[0]?.message)
  return memoryLayout(tree, user)
}

const node = (base: number, size: number) =>
  `memory@${base.toString(16)} { device_type = "memory"; reg = <${base} ${size}>; };`

describe('RAM of a board', () => {
  it('is what memory nodes with a size say, joined where they touch', () => {
    const { banks, diagnostics } = layout(
      'x',
      node(0x4000_0000, 0x1000_0000) + node(0x5000_0000, 0x1000_0000),
    )
    expect(banks).toEqual([{ base: 0x4000_0000, size: 0x2000_0000, assumed: false }])
    expect(diagnostics).toEqual([])
  })

  it('is 1 GiB at the base of a node without a size, and says that it is assumed', () => {
    const { banks, diagnostics } = layout('x', node(0x8000_0000, 0))
    expect(banks).toEqual([{ base: 0x8000_0000, size: 0x4000_0000, assumed: true }])
    expect(diagnostics[0]).toMatchObject({ severity: 'note', remedy: 'say --memory BASE+SIZE' })
  })

  it("is 1 GiB at the SoC's DRAM base where there is no node, or one at 0 that the SoC contradicts", () => {
    expect(layout('allwinner,sun7i-a20', '').banks[0]?.base).toBe(0x4000_0000)
    expect(layout('ti,omap3', node(0, 0)).banks[0]?.base).toBe(0x8000_0000)
  })

  it('is what the user says, whatever the tree says', () => {
    const user = [{ base: 0x1_0000_0000, size: 0x1000_0000 }]
    expect(layout('x', node(0x8000_0000, 0x1000_0000), user).banks).toEqual([
      { ...user[0], assumed: false },
    ])
  })

  it('keeps the kernel and what the tree reserves out of reach', () => {
    const { reserved, kernel } = layout(
      'x',
      `${node(0x4000_0000, 0x1000_0000)} reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges; cma@48000000 { reg = <0x48000000 0x100000>; no-map; }; };`,
    )
    expect(kernel).toEqual({ base: 0x4000_0000, size: 0x100_0000 })
    expect(reserved).toContainEqual({ base: 0x4800_0000, size: 0x10_0000 })
  })
})

describe('RAM that nobody has', () => {
  it('is cut to whole pages below 2^48, and says so', () => {
    const { banks, diagnostics } = layout('x', '', [
      { base: 0x100, size: 0x3000 },
      { base: 2 ** 47, size: 2 ** 52 },
    ])
    expect(banks).toEqual([
      { base: 0x1000, size: 0x2000, assumed: false },
      { base: 2 ** 47, size: 2 ** 47, assumed: false },
    ])
    expect(diagnostics.map((d) => d.severity)).toEqual(['warning', 'warning'])
  })

  it('is replaced by the guess when no whole page is left', () => {
    const { banks } = layout('x', node(0x8000_0080, 0x80))
    expect(banks).toEqual([{ base: 0x8000_1000, size: 0x4000_0000, assumed: true }])
  })
})
