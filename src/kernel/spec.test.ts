import { expect, it } from 'vitest'
import { parseKernelSpec } from './spec.ts'

it('reads a release and steps in order', () => {
  const { spec, diagnostics } = parseKernelSpec(
    'v3.19-rc5+drivers~arm-plumb-arch-setup-dma-ops+driver:rockchip,rk3288-vpu',
  )
  expect(diagnostics).toEqual([])
  expect(spec).toEqual({
    text: 'v3.19-rc5+drivers~arm-plumb-arch-setup-dma-ops+driver:rockchip,rk3288-vpu',
    release: 'v3.19-rc5',
    steps: [
      { op: 'add', id: 'drivers' },
      { op: 'remove', id: 'arm-plumb-arch-setup-dma-ops' },
      { op: 'add', id: 'driver:rockchip,rk3288-vpu' },
    ],
  })
})

it('means the newest modelled release where none is named', () => {
  expect(parseKernelSpec('').spec?.text).toBe('v3.19')
  expect(parseKernelSpec('+drivers').spec?.text).toBe('v3.19+drivers')
})

it('says of a real release that it is not modelled', () => {
  for (const name of ['v3.19-rc6', 'v3.19-rc7', 'v4.4', 'v6.12-rc1']) {
    const { spec, diagnostics } = parseKernelSpec(name)
    expect(spec).toBeNull()
    expect(diagnostics[0]?.message).toBe(`kernel ${name} is not modelled`)
    expect(diagnostics[0]?.remedy).toContain('v3.19-rc5')
  }
})

it('offers near names for a release that does not exist', () => {
  const { diagnostics } = parseKernelSpec('3.19+drivers')
  expect(diagnostics[0]).toMatchObject({
    severity: 'error',
    message: 'unknown kernel release 3.19',
  })
  expect(diagnostics[0]?.remedy).toContain('v3.19')
})

it('refuses an operator without a change', () => {
  for (const text of ['v3.18+', 'v3.18++drivers', 'v3.18~']) {
    expect(parseKernelSpec(text).spec).toBeNull()
    expect(parseKernelSpec(text).diagnostics[0]?.message).toContain('no change after')
  }
})
