/**
 * An IOMMU's hardware and its driver meet at registers and memory only: neither reaches the other,
 * not even through a third file of src/iommu.
 */
const side = /^src\/iommu\/[^/]+\/(?:.*[/-])?(hardware|driver)(?:[-/].*)?\.ts$/

function sideOf(path) {
  return side.exec(path)?.[1] ?? null
}

/** Chain of files from `start` to a file of the side `wanted`, or null. Breadth first. */
function reach(start, wanted, byPath) {
  const from = new Map([[start, null]])
  for (const path of from.keys()) {
    if (path !== start && sideOf(path) === wanted) {
      const chain = []
      for (let at = path; at !== null; at = from.get(at)) chain.unshift(at)
      return chain
    }
    for (const { target } of byPath.get(path)?.imports ?? []) {
      if (target?.startsWith('src/iommu/') && !from.has(target)) from.set(target, path)
    }
  }
  return null
}

export function* checkFamilies(files) {
  const byPath = new Map(files.map((f) => [f.path, f]))
  for (const file of files) {
    const own = sideOf(file.path)
    if (own === null || file.isTest) continue
    const other = own === 'hardware' ? 'driver' : 'hardware'
    const chain = reach(file.path, other, byPath)
    if (chain === null) continue
    const first = file.imports.find((i) => i.target === chain[1])
    yield {
      path: file.path,
      line: first?.line ?? 1,
      rule: 'families',
      message: `the ${own} model reaches a ${other} model: ${chain.join(' -> ')}`,
      remedy: 'share register and descriptor rows (regs.ts) and nothing else',
    }
  }
}
