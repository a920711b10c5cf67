/** A switch is read in exactly one place, and a function reads two switches at most. */
import { declaredSwitches, readingSites } from './switch-sites.mjs'

const most = 2

export function* checkSwitches(files) {
  const declared = declaredSwitches(files)
  const sites = readingSites(files, declared)
  const byName = groupBy(sites, (s) => s.name)
  for (const [name, declaration] of declared) {
    yield* checkOne(name, declaration, byName.get(name) ?? [])
  }
  yield* checkFunctions(sites)
}

function groupBy(items, keyOf) {
  const groups = new Map()
  for (const item of items) {
    const key = keyOf(item)
    if (!groups.has(key)) groups.set(key, [])
    groups.get(key).push(item)
  }
  return groups
}

function* checkOne(name, { path, line, unread }, sites) {
  const rule = 'switch-sites'
  if (sites.length === 0 && !unread) {
    const remedy = 'read it where the behaviour is, or mark the row `unread` with the reason'
    yield { path, line, rule, message: `no code reads the switch ${name}`, remedy }
  }
  if (unread) {
    for (const site of sites) {
      const message = `reads the switch ${name}, which its row marks as unread`
      yield { path: site.path, line: site.line, rule, message, remedy: 'take the mark away' }
    }
    return
  }
  for (const site of sites.slice(1)) {
    const first = `${sites[0].path}:${sites[0].line}`
    const message = `reads the switch ${name} a second time (first: ${first})`
    const remedy = 'ask the one place that reads it, or split the switch in two'
    yield { path: site.path, line: site.line, rule, message, remedy }
  }
}

function* checkFunctions(sites) {
  const inFunctions = sites.filter((s) => s.around !== null)
  for (const group of groupBy(inFunctions, (s) => `${s.path}:${s.around.start}`).values()) {
    if (group.length <= most) continue
    yield {
      path: group[0].path,
      line: group[0].around.line,
      rule: 'switch-count',
      message: `a function reads ${group.length} switches: ${group.map((s) => s.name).join(', ')}`,
      remedy: 'a third switch means a strategy: one small module a value, picked in one place',
    }
  }
}
