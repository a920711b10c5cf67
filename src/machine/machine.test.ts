import { describe, expect, it } from 'vitest'
import { bootedMachine, builtIn, judge, master, treeOf } from '../../test/support.ts'
import type { Board } from '../analysis/contract.ts'

function board(root: string, body: string): Board {
  const source = 'test'
  const text = `/dts-v1/; / { compatible = ${root}; #address-cells = <1>; #size-cells = <1>;
    memory@80000000 { device_type = "memory"; reg = <0x80000000 0x10000000>; }; ${body} };`
  return { source, tree: treeOf(source, text) }
}

describe('the buses of a board', () => {
  it('are also the wrappers whose driver the user adds', () => {
    const wrapped = board(
      '"ti,am33xx"',
      `module@1000 { compatible = "ti,sysc-omap4", "ti,sysc"; reg = <0x1000 4>; ranges;
        #address-cells = <1>; #size-cells = <1>;
        thing@2000 { compatible = "a-thing"; reg = <0x2000 4>; }; };`,
    )
    const names = (kernel: string) =>
      bootedMachine(wrapped, kernel)
        .journal.events.filter((e) => e.kind === 'device-created')
        .map((e) => e.subject)
    expect(names('v3.19')).not.toContain('2000.thing')
    expect(names('v3.19+drivers')).toContain('2000.thing')
  })
})

describe('RAM above 4 GiB', () => {
  const memory = [{ base: 0xc000_0000, size: 0x8000_0000 }]
  const ends = (name: string) => {
    const machine = bootedMachine(builtIn(name), 'v3.19', { memory })
    return machine.layout.banks.map((b) => b.base + b.size)
  }

  it('is dropped by a 32-bit kernel without LPAE and kept by one with it', () => {
    expect(ends('n900')).toEqual([0x1_0000_0000])
    expect(ends('koelsch')).toEqual([0x1_4000_0000])
  })
})

describe('a VOP', () => {
  it('is not exercised, rather than broken, when the tree disables its card', () => {
    const edit = (dts: string) =>
      dts.replace(/compatible = "rockchip,display-subsystem";/, '$& status = "disabled";')
    const vop = master(judge(builtIn('veyron', edit), 'v3.19+drivers'), 'ff930000.vop')
    expect(vop.verdict).toBe('not-exercised')
    expect(vop.reason).toContain('display-subsystem')
  })
})
