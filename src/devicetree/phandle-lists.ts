/**
 * Properties that refer to nodes, for printing: what a list is called and how many argument cells
 * follow each phandle. The bindings of each name, and drivers/of/property.c for those that Linux
 * turns into device links.
 */

/** The property of the target that gives the number of arguments, or a number for all. */
export type ArgumentCells = string | number

/** Names in full. */
const lists: Readonly<Record<string, ArgumentCells>> = {
  'assigned-clock-parents': '#clock-cells',
  'assigned-clocks': '#clock-cells',
  clocks: '#clock-cells',
  'cooling-device': '#cooling-cells',
  cpu: 0,
  cpus: 0,
  ddc: 0,
  'ddc-i2c-bus': 0,
  dmas: '#dma-cells',
  extcon: 0,
  gpio: '#gpio-cells',
  gpios: '#gpio-cells',
  hwlocks: '#hwlock-cells',
  interconnects: '#interconnect-cells',
  'interrupt-parent': 0,
  'interrupts-extended': '#interrupt-cells',
  'io-channels': '#io-channel-cells',
  iommus: '#iommu-cells',
  leds: 0,
  mboxes: '#mbox-cells',
  'mediatek,larb': 0,
  'mediatek,larbs': 0,
  'memory-region': 0,
  'mmu-masters': '#stream-id-cells',
  'msi-parent': '#msi-cells',
  'mux-controls': '#mux-control-cells',
  'next-level-cache': 0,
  'operating-points-v2': 0,
  'phy-handle': 0,
  phys: '#phy-cells',
  ports: 0,
  'power-domains': '#power-domain-cells',
  pwms: '#pwm-cells',
  'qcom,smem-states': '#qcom,smem-state-cells',
  'remote-endpoint': 0,
  'renesas,ipmmu-main': 1,
  'required-opps': 0,
  resets: '#reset-cells',
  'rockchip,grf': 0,
  'rockchip,pmu': 0,
  'sound-dai': '#sound-dai-cells',
  'thermal-sensors': '#thermal-sensor-cells',
  'wakeup-parent': 0,
}

/** Names by their ending. */
const endings: readonly [ending: RegExp, cells: ArgumentCells][] = [
  [/-gpios?$/, '#gpio-cells'],
  [/-supply$/, 0],
  [/^pinctrl-\d+$/, 0],
]

/** What follows each phandle of a property, or null when it is not known to hold phandles. */
export function argumentCells(property: string): ArgumentCells | null {
  const known = Object.hasOwn(lists, property) ? lists[property] : undefined
  return known ?? endings.find(([ending]) => ending.test(property))?.[1] ?? null
}
