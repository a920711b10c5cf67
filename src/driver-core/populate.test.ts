import { describe, expect, it } from 'vitest'
import { Journal } from '../base/journal.ts'
import { parseDts } from '../devicetree/dts.ts'
import type { DeviceTree } from '../devicetree/tree.ts'
import { deviceName } from './device-name.ts'
import { DriverCore } from './driver-core.ts'
import { Lifecycle } from './lifecycle.ts'
import { Populator } from './populate.ts'

function tree(body: string): DeviceTree {
  const { tree: parsed, diagnostics } = parseDts(
    `/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; ${body} };`,
  )
  if (parsed === null) throw new Error(diagnostics[0]?.message)
  return parsed
}

function populated(body: string): { names: string[]; populator: Populator; tree: DeviceTree } {
  const journal = new Journal()
  const lists = { created: [], beforeProbe: [], probeFailed: [], unbound: [] }
  const core = new DriverCore(journal, new Lifecycle(lists))
  const rules = { buses: ['simple-bus'], skipped: ['operating-points-v2'] }
  const populator = new Populator(core, journal, rules)
  const parsed = tree(body)
  populator.populate(parsed.root, null)
  const created = journal.events.filter((e) => e.kind === 'device-created')
  return { names: created.map((e) => e.subject), populator, tree: parsed }
}

describe('of_platform_populate()', () => {
  it('goes depth first in document order, the bus before its children', () => {
    const { names } = populated(`
      soc { compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges;
        b@2000 { compatible = "x"; reg = <0x2000 4>; };
        a@1000 { compatible = "x"; reg = <0x1000 4>; }; };
      last { compatible = "x"; };`)
    expect(names).toEqual(['soc', '2000.b', '1000.a', 'last'])
  })

  it('passes over nodes without a compatible string and nodes that are never devices', () => {
    const { names } = populated('a { }; opp { compatible = "operating-points-v2"; };')
    expect(names).toEqual([])
  })

  it('makes AMBA devices and never looks below them', () => {
    const {
      names,
      populator,
      tree: t,
    } = populated(`
      dma@1000 { compatible = "arm,pl330", "arm,primecell", "simple-bus"; reg = <0x1000 4>;
        child { compatible = "x"; }; };`)
    expect(names).toEqual(['1000.dma'])
    expect(populator.deviceFor(t.byPath('/dma@1000')!)?.bus.name).toBe('amba')
  })

  it('says why a node has no device', () => {
    const { populator, tree: t } = populated(`
      off { compatible = "simple-bus"; status = "disabled"; below { compatible = "x"; }; };
      wrapper { compatible = "ti,sysc"; below { compatible = "x"; }; };
      bare { };`)
    expect(populator.whyNot(t.byPath('/off/below')!)).toMatchObject({ reason: 'disabled' })
    const wrapper = t.byPath('/wrapper')
    expect(populator.whyNot(t.byPath('/wrapper/below')!)).toEqual({ reason: 'bus', node: wrapper })
    expect(populator.whyNot(t.byPath('/bare')!)).toEqual({ reason: 'no-compatible' })
    expect(populator.whyNot(wrapper!)).toBeNull()
  })
})

describe('device names', () => {
  const t = tree(`
    display-subsystem { };
    soc { compatible = "simple-bus"; #address-cells = <1>; #size-cells = <1>; ranges = <0 0xf0000000 0x100000>;
      vop@930000 { reg = <0x930000 4>; port { endpoint { }; }; };
      low@0930 { reg = <0x93 4>; };
      nested { bare@3 { }; }; };`)

  it.each([
    ['/display-subsystem', 'display-subsystem'],
    ['/soc', 'soc'],
    // Beyond the window of ranges there is no CPU address.
    ['/soc/vop@930000', 'soc:vop@930000'],
    ['/soc/low@0930', 'f0000093.low'],
    ['/soc/nested/bare@3', 'soc:nested:bare@3'],
  ])('%s is %s', (path, name) => {
    expect(deviceName(t.byPath(path)!)).toBe(name)
  })

  it('hangs children of an addressed node on its address', () => {
    const u = tree('mfd@1000 { reg = <0x1000 4>; part { deep@5 { }; }; };')
    expect(deviceName(u.byPath('/mfd@1000/part/deep@5')!)).toBe('1000.mfd:part:deep@5')
  })
})
