import { describe, expect, it } from 'vitest'
import { EINVAL, ENODEV, EPROBE_DEFER, type Errno } from '../base/errno.ts'
import { Journal } from '../base/journal.ts'
import { Device, type Driver, KernelBug } from './device.ts'
import { DriverCore } from './driver-core.ts'
import { Lifecycle, type LifecyclePoint } from './lifecycle.ts'

function core(lists: Partial<Record<LifecyclePoint, string[]>> = {}): DriverCore {
  const empty = { created: [], beforeProbe: [], probeFailed: [], unbound: [] }
  return new DriverCore(new Journal(), new Lifecycle({ ...empty, ...lists }))
}

/** A device without a node, bound by name. */
function device(of: DriverCore, name: string): Device {
  return new Device({ name, node: null, bus: of.platform })
}

function driver(name: string, probe: (device: Device) => Errno): Driver {
  return { name, bus: 'platform', matches: [], matchesByName: true, probe }
}

describe('binding', () => {
  it('binds a device to a driver that is there, and a driver to devices that are there', () => {
    const c = core()
    const early = device(c, 'a')
    c.addDevice(early)
    c.registerDriver(driver('a', () => 0))
    const late = device(c, 'a.1')
    c.addDevice(late)
    expect([early.state, late.state]).toEqual(['bound', 'bound'])
    expect(early.driver?.name).toBe('a')
  })

  it('offers a device to the next driver when one refuses', () => {
    const c = core()
    const asked: string[] = []
    for (const result of [-ENODEV, 0]) {
      c.registerDriver(
        driver('a', () => {
          asked.push(String(result))
          return result
        }),
      )
    }
    const d = device(c, 'a')
    c.addDevice(d)
    expect(asked).toEqual([String(-ENODEV), '0'])
    expect(d.state).toBe('bound')
  })

  it('keeps the result of a probe that failed, and says it in the log unless it is -ENODEV', () => {
    const c = core()
    c.registerDriver(driver('a', () => -EINVAL))
    const d = device(c, 'a')
    c.addDevice(d)
    expect([d.state, d.probeResult, d.driver]).toEqual(['failed', -EINVAL, null])
    const logs = c.journal.events.filter((e) => e.kind === 'log').map((e) => e.text)
    expect(logs).toEqual(['a: probe of a failed with error -22'])
  })

  it('survives a BUG in probe: the device has failed, the next one is still probed', () => {
    const c = core()
    c.registerDriver(
      driver('a', (d) => {
        if (d.name === 'a') throw new KernelBug('here')
        return 0
      }),
    )
    const first = device(c, 'a')
    const second = device(c, 'a.1')
    c.addDevice(first)
    c.addDevice(second)
    expect([first.state, second.state]).toEqual(['failed', 'bound'])
    expect(first.probeReason).toBe('kernel BUG at here')
  })

  it('neither undoes nor offers on a device whose probe died of a BUG', () => {
    const c = core({ probeFailed: ['undo'] })
    c.lifecycle.define('undo', () => {
      throw new Error('nobody is left to undo it')
    })
    c.registerDriver(
      driver('a', () => {
        throw new KernelBug('here')
      }),
    )
    c.registerDriver(driver('a', () => 0))
    const d = device(c, 'a')
    c.addDevice(d)
    expect([d.state, d.driver]).toEqual(['failed', null])
  })

  it('lets an error of ours through', () => {
    const c = core()
    c.registerDriver(
      driver('a', () => {
        throw new TypeError('ours')
      }),
    )
    expect(() => c.addDevice(device(c, 'a'))).toThrow('ours')
  })
})

describe('deferral', () => {
  it('defers a consumer until its supplier is bound, once late initcalls allow it', () => {
    const c = core()
    const supplier = device(c, 'supplier')
    const consumer = device(c, 'consumer')
    c.registerDriver(driver('consumer', () => (supplier.state === 'bound' ? 0 : -EPROBE_DEFER)))
    c.addDevice(consumer)
    c.addDevice(supplier)
    expect([consumer.state, c.deferred.length]).toEqual(['deferred', 1])
    c.registerDriver(driver('supplier', () => 0))
    expect(consumer.state).toBe('deferred')
    c.enableDeferredProbe()
    expect([consumer.state, c.deferred.length]).toEqual(['bound', 0])
  })

  it('tries waiting devices again after every success', () => {
    const c = core()
    c.enableDeferredProbe()
    const supplier = device(c, 'supplier')
    const consumer = device(c, 'consumer')
    c.registerDriver(driver('consumer', () => (supplier.state === 'bound' ? 0 : -EPROBE_DEFER)))
    c.addDevice(consumer)
    c.addDevice(supplier)
    c.registerDriver(driver('supplier', () => 0))
    expect(consumer.state).toBe('bound')
  })

  it('ends when nothing succeeds any more', () => {
    const c = core()
    c.registerDriver(driver('a', () => -EPROBE_DEFER))
    const both = [device(c, 'a'), device(c, 'a.1')]
    for (const d of both) c.addDevice(d)
    c.enableDeferredProbe()
    expect(both.map((d) => d.state)).toEqual(['deferred', 'deferred'])
    expect(c.deferred.map((d) => d.name)).toEqual(['a', 'a.1'])
  })
})

describe('the lifecycle', () => {
  it('runs the steps of each point in order, and a step before probe can refuse', () => {
    const c = core({ beforeProbe: ['one', 'two'], probeFailed: ['undo'], unbound: ['undo'] })
    const ran: string[] = []
    let refuse = true
    c.lifecycle.define('one', () => {
      ran.push('one')
      return 0
    })
    c.lifecycle.define('two', () => {
      ran.push('two')
      return refuse ? -EINVAL : 0
    })
    c.lifecycle.define('undo', () => {
      ran.push('undo')
      return 0
    })
    c.registerDriver(
      driver('a', () => {
        ran.push('probe')
        return 0
      }),
    )
    const d = device(c, 'a')
    c.addDevice(d)
    expect(ran).toEqual(['one', 'two', 'undo'])
    refuse = false
    c.bind(d)
    c.unbind(d)
    expect(ran.slice(3)).toEqual(['one', 'two', 'probe', 'undo'])
    expect(d.state).toBe('unbound')
  })

  it('knows every step that a list names', () => {
    const c = core({ beforeProbe: ['nobody-defined-me'] })
    c.registerDriver(driver('a', () => 0))
    expect(() => c.addDevice(device(c, 'a'))).toThrow('nobody-defined-me')
  })
})
