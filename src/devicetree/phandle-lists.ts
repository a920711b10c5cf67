/**
 * Properties that refer to nodes, for printing: what a list is called and how many argument cells
 * follow each phandle. The bindings of each name, and drivers/of/property.c for those that Linux
 * turns into device links.
 */

/** The property of the target that gives the number of arguments, or a number for all. */
export type ArgumentCells = string | number

/** Names in full. */
const lists: Readonly<Record<string, ArgumentCells>> = {
  'access-controllers': '#access-controller-cells',
  'allwinner,pipelines': 0,
  'amlogic,ao-sysctrl': 0,
  'amlogic,canvas': 0,
  'arm,cs-dev-assoc': 0,
  'assigned-clock-parents': '#clock-cells',
  'assigned-clocks': '#clock-cells',
  'audio-codec': 0,
  backlight: 0,
  'bitclock-master': 0,
  'cci-control-port': 0,
  clocks: '#clock-cells',
  'cooling-device': '#cooling-cells',
  cpu: 0,
  'cpu-idle-states': 0,
  cpus: 0,
  dais: 0,
  ddc: 0,
  'ddc-i2c-bus': 0,
  devfreq: 0,
  'devfreq-events': 0,
  dmas: '#dma-cells',
  'domain-idle-states': 0,
  extcon: 0,
  'frame-master': 0,
  'fsl,anatop': 0,
  'fsl,stop-mode': 2,
  'fsl,tempmon': 0,
  'fsl,usbmisc': '#index-cells',
  'fsl,usbphy': 0,
  gpio: '#gpio-cells',
  'gpio-ranges': 3,
  gpios: '#gpio-cells',
  'hdmi-phandle': 0,
  hwlocks: '#hwlock-cells',
  'i2c-parent': 0,
  interconnects: '#interconnect-cells',
  'interrupt-affinity': 0,
  'interrupt-parent': 0,
  'interrupts-extended': '#interrupt-cells',
  'io-channels': '#io-channel-cells',
  iommus: '#iommu-cells',
  iram: 0,
  leds: 0,
  mboxes: '#mbox-cells',
  'mdio-parent-bus': 0,
  'mediatek,larb': 0,
  'mediatek,larbs': 0,
  'memory-region': 0,
  'mmc-pwrseq': 0,
  'mmu-masters': '#stream-id-cells',
  'msi-parent': '#msi-cells',
  'mux-controls': '#mux-control-cells',
  'next-level-cache': 0,
  'nvmem-cells': '#nvmem-cell-cells',
  'operating-points-v2': 0,
  panel: 0,
  'pcs-handle': 0,
  'pcsphy-handle': 0,
  'peer-hub': 0,
  'phy-handle': 0,
  phys: '#phy-cells',
  ports: 0,
  'power-domains': '#power-domain-cells',
  'power-supplies': 0,
  pwms: '#pwm-cells',
  'qcom,bcm-voters': 0,
  'qcom,freq-domain': '#freq-domain-cells',
  'qcom,gmu': 0,
  'qcom,qmp': 0,
  'qcom,rpm-msg-ram': 0,
  'qcom,smem-states': '#qcom,smem-state-cells',
  regmap: 0,
  'remote-endpoint': 0,
  'renesas,fcp': 0,
  'renesas,ipmmu-main': 1,
  'required-opps': 0,
  resets: '#reset-cells',
  'rockchip,grf': 0,
  'rockchip,pmu': 0,
  'samsung,syscon-phandle': 0,
  'samsung,sysreg-phandle': 0,
  'secure-monitor': 0,
  sfp: 0,
  shmem: 0,
  'simple-audio-card,aux-devs': 0,
  'simple-audio-card,bitclock-master': 0,
  'simple-audio-card,frame-master': 0,
  'snps,axi-config': 0,
  'sound-dai': '#sound-dai-cells',
  'ssi-controller': 0,
  'syscon-raminit': 2,
  'thermal-sensors': '#thermal-sensor-cells',
  trip: 0,
  'usb-phy': 0,
  'wakeup-parent': 0,
}

/** Names by their ending. */
const endings: readonly [ending: RegExp, cells: ArgumentCells][] = [
  // A count of lines such as snps,nr-gpios is none.
  [/(?<!,nr)-gpios?$/, '#gpio-cells'],
  [/-supply$/, 0],
  [/^pinctrl-\d+$/, 0],
]

/**
 * Counts that a target may leave out, which then takes no arguments:
 * of_parse_phandle_with_optional_args() of include/linux/of.h and its callers.
 */
const optional: ReadonlySet<string> = new Set(['#msi-cells', '#nvmem-cell-cells'])

/** True when a target without this count takes no arguments. */
export function isOptionalCount(cellsName: string): boolean {
  return optional.has(cellsName)
}

/** What follows each phandle of a property, or null when it is not known to hold phandles. */
export function argumentCells(property: string): ArgumentCells | null {
  const known = Object.hasOwn(lists, property) ? lists[property] : undefined
  return known ?? endings.find(([ending]) => ending.test(property))?.[1] ?? null
}
