/**
 * Platform data for the IPMMUs of the Koelsch board (R-Car M2, r8a7791), as an out-of-tree board
 * file would have handed it over. OURS: no public source ties the masters of this SoC to micro-TLBs
 * for v3.19, so which IPMMU a master is on and every micro-TLB number are our choice.
 */

/** A master behind an IPMMU. */
export interface IpmmuMaster {
  /** Linux device name, `<address>.<node name>`. */
  name: string
  utlb: number
}

/** struct ipmmu_vmsa_platform_data */
export interface IpmmuPlatformData {
  masters: readonly IpmmuMaster[]
}

/** One IPMMU of the board. */
export interface BoardIpmmu extends IpmmuPlatformData {
  /** Unit address of its node, hexadecimal. */
  unitAddress: string
  /** Name in the SoC manual. */
  name: string
}

/** Root compatible of the board. */
export const KOELSCH = 'renesas,koelsch'

/**
 * The seven IPMMUs of r8a7791. Only MX has masters: video inputs, VSP1, JPEG codec and display, one
 * micro-TLB each.
 */
export const koelschIpmmus: readonly BoardIpmmu[] = [
  { unitAddress: 'e6280000', name: 'SY0', masters: [] },
  { unitAddress: 'e6290000', name: 'SY1', masters: [] },
  { unitAddress: 'e6740000', name: 'DS', masters: [] },
  { unitAddress: 'ec680000', name: 'MP', masters: [] },
  {
    unitAddress: 'fe951000',
    name: 'MX',
    masters: [
      { name: 'e6ef0000.video', utlb: 0 },
      { name: 'e6ef1000.video', utlb: 1 },
      { name: 'e6ef2000.video', utlb: 2 },
      { name: 'fe928000.vsp1', utlb: 4 },
      { name: 'fe930000.vsp1', utlb: 5 },
      { name: 'fe938000.vsp1', utlb: 6 },
      { name: 'fe980000.jpeg-codec', utlb: 7 },
      { name: 'feb00000.display', utlb: 8 },
    ],
  },
  { unitAddress: 'ffc80000', name: 'RT', masters: [] },
  { unitAddress: 'e62a0000', name: 'GP', masters: [] },
]
