/**
 * The floors of the house, ground first. An import may go to a lower floor or stay in its folder.
 * `only` narrows that further.
 */
export const floors = [
  { folder: 'base', floor: 1 },
  { folder: 'policy', floor: 2, only: ['base'] },
  { folder: 'devicetree', floor: 2 },
  { folder: 'pagetable', floor: 2 },
  { folder: 'interconnect', floor: 3 },
  { folder: 'devices', floor: 3, only: ['base'] },
  { folder: 'driver-core', floor: 3 },
  { folder: 'iommu', floor: 4 },
  { folder: 'dma', floor: 5 },
  { folder: 'configure', floor: 6 },
  { folder: 'drivers', floor: 7 },
  { folder: 'kernel', floor: 7 },
  { folder: 'machine', floor: 8 },
  { folder: 'analysis', floor: 9 },
  {
    folder: 'evidence',
    floor: 9,
    only: [
      'base',
      'policy',
      'devicetree',
      'pagetable',
      'interconnect',
      'devices',
      'driver-core',
      'iommu',
    ],
  },
  { folder: 'diagnose', floor: 10 },
  { folder: 'cli', floor: 11 },
]

const byFolder = new Map(floors.map((row) => [row.folder, row]))

/** Folder right below src, '' for a file of src itself, null outside src. */
export function folderOf(path) {
  const parts = path.split('/')
  if (parts[0] !== 'src') return null
  return parts.length === 2 ? '' : parts[1]
}

/** Why `from` may not import `to` (folders right below src), or null when it may. */
export function whyNot(from, to) {
  if (from === to) return null
  if (from === '') return to === 'cli' ? 'the library does not contain the command line tool' : null
  const [a, b] = [byFolder.get(from), byFolder.get(to)]
  if (to === '') return 'src/index.ts is the roof: nothing inside imports it'
  if (a === undefined) return `src/${from} is not in the floor table`
  if (b === undefined) return `src/${to} is not in the floor table`
  if (a.only !== undefined && !a.only.includes(to)) {
    return `src/${from} imports ${a.only.join(', ')} only`
  }
  if (b.floor >= a.floor) {
    return `src/${to} is on floor ${b.floor}, src/${from} on floor ${a.floor}: an import goes down`
  }
  return null
}
