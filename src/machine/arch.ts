/** Which architecture's kernel a board runs, from its CPU nodes. */
import type { DeviceTree } from '../devicetree/tree.ts'

/**
 * Compatible strings of ARMv8 CPUs. Documentation/devicetree/bindings/arm/cpus.yaml; a trailing
 * `*` stands for any ending.
 */
const armv8: readonly string[] = [
  'apm,potenza',
  'apm,strega',
  'apple,*',
  'arm,armv8',
  'arm,cortex-a34',
  'arm,cortex-a35',
  'arm,cortex-a5?',
  'arm,cortex-a510',
  'arm,cortex-a520',
  'arm,cortex-a6?',
  'arm,cortex-a7?',
  'arm,cortex-a710',
  'arm,cortex-a715',
  'arm,cortex-a720',
  'arm,cortex-x*',
  'arm,neoverse-*',
  'brcm,brahma-b53',
  'brcm,vulcan',
  'cavium,thunder*',
  'nvidia,tegra132-denver',
  'nvidia,tegra186-denver',
  'nvidia,tegra194-carmel',
  'qcom,kryo*',
  'qcom,oryon*',
]

const patterns = armv8.map(
  (text) =>
    new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '[2-9]')}$`),
)

/** `arm64` when a CPU node is an ARMv8 core; Cortex-A5, A7, A8, A9, A15 and A17 are not. */
export function archOf(tree: DeviceTree): 'arm' | 'arm64' {
  const cpus = tree.byPath('/cpus')
  for (const cpu of cpus?.children ?? []) {
    if (cpu.compatible.some((string) => patterns.some((p) => p.test(string)))) return 'arm64'
  }
  return 'arm'
}
