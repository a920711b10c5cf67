import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { EFAULT, EINVAL, ENODEV } from '../base/errno.ts'
import { parseDts } from './dts.ts'
import { iommuMap, iommuMapRows, iommuSpecifiers } from './iommus.ts'

const small = parseDts(
  readFileSync(new URL('../../test/fixtures/dt-small.dts', import.meta.url), 'utf8'),
).tree!

function lookUp(properties: string, rid: number) {
  const { tree } = parseDts(`/dts-v1/; / { s: s { phandle = <1>; }; n { ${properties} }; };`)
  const { kind, errno, provider, id } = iommuMap(tree!, tree!.byPath('/n')!, rid)
  return [kind, errno, provider?.path ?? null, id]
}

it('lists the IOMMUs of a device with their specifiers', () => {
  const dma = iommuSpecifiers(small, small.byPath('/soc/dma-controller@300000')!)
  expect(dma.map((e) => [e.provider!.path, e.args])).toEqual([
    ['/soc/iommu@200000', [0x10]],
    ['/soc/iommu@200000', [0x11]],
  ])
  const vop = iommuSpecifiers(small, small.byPath('/soc/vop@ff930000')!)
  expect(vop.map((e) => e.args)).toEqual([[]])
})

it('maps an ID by the row that holds it', () => {
  const map = 'iommu-map = <0x100 &s 0x10 0x10>, <0x200 &s 0x1000 0x100>;'
  expect(lookUp(map, 0x100)).toEqual(['mapped', 0, '/s', 0x10])
  expect(lookUp(map, 0x10f)).toEqual(['mapped', 0, '/s', 0x1f])
  expect(lookUp(map, 0x2ff)).toEqual(['mapped', 0, '/s', 0x10ff])
})

it('lets an ID that no row holds pass, as Linux does', () => {
  expect(lookUp('iommu-map = <0x100 &s 0 0x10>;', 0x110)).toEqual(['no-match', 0, null, 0x110])
  expect(lookUp('iommu-map = <0 &s 0 0>;', 0)).toEqual(['no-match', 0, null, 0])
})

it('masks the ID first, and refuses a row that the mask hides', () => {
  const map = 'iommu-map = <0 &s 0x40 0x8>; iommu-map-mask = <0x7>;'
  expect(lookUp(map, 0x1f2)).toEqual(['mapped', 0, '/s', 0x42])
  const hidden = 'iommu-map = <0 &s 0 1>, <0x8 &s 0 1>; iommu-map-mask = <0x7>;'
  expect(lookUp(hidden, 0)).toEqual(['mapped', 0, '/s', 0])
  expect(lookUp(hidden, 1)).toEqual(['masked-base', -EFAULT, null, 1])
})

it('tells absent, badly sized and dangling maps apart', () => {
  expect(lookUp('', 5)).toEqual(['absent', -ENODEV, null, 5])
  expect(lookUp('iommu-map;', 5)).toEqual(['bad-length', -EINVAL, null, 5])
  expect(lookUp('iommu-map = <0 &s 0>;', 5)).toEqual(['bad-length', -EINVAL, null, 5])
  expect(lookUp('iommu-map = [00];', 5)).toEqual(['bad-length', -EINVAL, null, 5])
  expect(lookUp('iommu-map = <0 9 0 16>;', 5)).toEqual(['unknown-phandle', -ENODEV, null, 5])
})

it('computes in 32 bits, so that a row up to 2^32 holds nothing', () => {
  expect(lookUp('iommu-map = <0xffff0000 &s 0 0x10000>;', 0xffff_0001)).toEqual([
    'no-match',
    0,
    null,
    0xffff_0001,
  ])
  expect(lookUp('iommu-map = <0xfffe0000 &s 0xffffffff 0x10000>;', 0xfffe_0002)).toEqual([
    'mapped',
    0,
    '/s',
    1,
  ])
})

it('lists the rows, and none of a map that is badly sized', () => {
  expect(iommuMapRows(small.byPath('/pcie@40000000')!).map((r) => [r.idBase, r.length])).toEqual([
    [0, 0x100],
    [0x200, 0x100],
  ])
  expect(iommuMapRows(small.root)).toEqual([])
})
