import { expect, it } from 'vitest'
import { EINVAL, EPROBE_DEFER } from '../base/errno.ts'
import { Journal } from '../base/journal.ts'
import { Components } from './component.ts'
import { Device } from './device.ts'
import { DriverCore } from './driver-core.ts'
import { Lifecycle } from './lifecycle.ts'

const lists = { created: [], beforeProbe: [], probeFailed: [], unbound: [] }
const { platform } = new DriverCore(new Journal(), new Lifecycle(lists))
const device = (name: string) => new Device({ name, node: null, bus: platform })

it('binds the parts in the order in which they came, when the last one is there', () => {
  const components = new Components()
  const [card, a, b] = [device('card'), device('a'), device('b')]
  const bound: string[] = []
  const master = {
    device: card,
    wanted: [a, b],
    matches: (d: Device) => d === a || d === b,
    bind: (bindAll: () => number) => {
      bound.push('card')
      return bindAll()
    },
  }
  expect(components.addMaster(master)).toBe(0)
  expect(components.resultOf(card)).toBe(-EPROBE_DEFER)
  const part = (d: Device) => ({
    device: d,
    bind: () => {
      bound.push(d.name)
      return 0
    },
  })
  components.add(part(b))
  components.add(part(device('stranger')))
  expect(bound).toEqual([])
  components.add(part(a))
  expect(bound).toEqual(['card', 'b', 'a'])
  expect(components.resultOf(card)).toBe(0)
})

it('hands the failure of a part to its master, and binds no second time', () => {
  const components = new Components()
  const [card, a] = [device('card'), device('a')]
  components.addMaster({ device: card, wanted: [a], matches: () => true, bind: (all) => all() })
  expect(components.add({ device: a, bind: () => -EINVAL })).toBe(-EINVAL)
  expect(components.resultOf(card)).toBe(-EINVAL)
  expect(components.resultOf(device('nobody'))).toBeNull()
  expect(components.add({ device: device('b'), bind: () => 0 })).toBe(0)
})
