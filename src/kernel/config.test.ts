import { expect, it } from 'vitest'
import { parseKernelConfig } from './config.ts'

const TEXT = `#
# Automatically generated file; DO NOT EDIT.
# Linux/arm 3.19.0 Kernel Configuration
#
CONFIG_ARM=y
CONFIG_ARM_LPAE=y
CONFIG_ARM_DMA_IOMMU_ALIGNMENT=9
CONFIG_LOCALVERSION="-\\"test\\""
CONFIG_PAGE_OFFSET=0xC0000000
CONFIG_DRM_ROCKCHIP=m
# CONFIG_OMAP_IOMMU is not set
CONFIG_IPMMU_VMSA=n
`

it('tells built in, module and off apart', () => {
  const { config, diagnostics } = parseKernelConfig(TEXT, 'config')
  expect(diagnostics).toEqual([])
  expect(config.enabled('ARM_LPAE')).toBe('y')
  expect(config.enabled('CONFIG_DRM_ROCKCHIP')).toBe('m')
  expect(config.enabled('OMAP_IOMMU')).toBeNull()
  expect(config.enabled('IPMMU_VMSA')).toBeNull()
  expect(config.enabled('NEVER_HEARD_OF')).toBeNull()
  expect(config.value('LOCALVERSION')).toBe('-"test"')
  expect(config.value('PAGE_OFFSET')).toBe('0xC0000000')
})

it('derives what the model needs', () => {
  const { config } = parseKernelConfig(TEXT, 'config')
  expect(config).toMatchObject({ arch: 'arm', lpae: true, pageSize: 4096, dmaIommuAlignment: 9 })
  const arm64 = parseKernelConfig('CONFIG_ARM64=y\r\nCONFIG_ARM64_64K_PAGES=y\r\n', 'c')
  expect(arm64.diagnostics).toEqual([])
  expect(arm64.config).toMatchObject({
    arch: 'arm64',
    lpae: false,
    pageSize: 65536,
    dmaIommuAlignment: 8,
  })
  expect(parseKernelConfig('CONFIG_ARM64=y\nCONFIG_ARM64_16K_PAGES=y', 'c').config.pageSize).toBe(
    16384,
  )
})

it('points at malformed lines and reads on', () => {
  const { config, diagnostics } = parseKernelConfig(
    'CONFIG_ARM=y\nconfig_x=y\nCONFIG_A=maybe\nCONFIG_B="open\nCONFIG_C=y',
    'bad.config',
  )
  expect(diagnostics.map((d) => [d.severity, d.at?.source, d.at?.line])).toEqual([
    ['error', 'bad.config', 2],
    ['error', 'bad.config', 3],
    ['error', 'bad.config', 4],
  ])
  expect(config.enabled('C')).toBe('y')
})

it('warns of a symbol that is set twice and of another architecture', () => {
  const { config, diagnostics } = parseKernelConfig('CONFIG_X86=y\nCONFIG_X86=n', 'x')
  expect(config.arch).toBeNull()
  expect(diagnostics.map((d) => d.severity)).toEqual(['warning', 'warning'])
})

it('quotes the beginning of a long bad line', () => {
  const { diagnostics } = parseKernelConfig(`CONFIG_ARM=y\n${'z'.repeat(9000)}`, 'long')
  expect(diagnostics.map((d) => d.message)).toEqual([
    `expected CONFIG_NAME=VALUE or a comment, found "${'z'.repeat(60)}..."`,
  ])
})

it('takes a file without a symbol for no configuration', () => {
  for (const text of ['', '# a comment\n']) {
    const { diagnostics } = parseKernelConfig(text, 'empty')
    expect(diagnostics.map((d) => d.severity)).toEqual(['error'])
    expect(diagnostics[0]?.message).toContain('no kernel configuration')
  }
})
