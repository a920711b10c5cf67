import { expect, it } from 'vitest'
import { parseDts } from '../devicetree/dts.ts'
import { archOf } from './arch.ts'

it.each([
  ['arm,cortex-a7', 'arm'],
  ['arm,cortex-a8', 'arm'],
  ['arm,cortex-a15', 'arm'],
  ['arm,cortex-a17', 'arm'],
  ['qcom,krait', 'arm'],
  ['arm,arm1176jzf-s', 'arm'],
  ['arm,cortex-a53', 'arm64'],
  ['arm,cortex-a57', 'arm64'],
  ['arm,cortex-a72', 'arm64'],
  ['arm,cortex-a76', 'arm64'],
  ['arm,cortex-a510', 'arm64'],
  ['arm,armv8', 'arm64'],
  ['qcom,kryo385', 'arm64'],
  ['nvidia,tegra132-denver', 'arm64'],
  ['cavium,thunder', 'arm64'],
])('a board with %s runs an %s kernel', (cpu, arch) => {
  const { tree } = parseDts(`/dts-v1/; / { cpus { cpu@0 { compatible = "${cpu}"; }; }; };`)
  expect(archOf(tree!)).toBe(arch)
})
