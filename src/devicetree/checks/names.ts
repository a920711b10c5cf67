/** Names of nodes and properties (Devicetree Specification 0.4, 2.2.1 and 2.2.4). */
import { latin1 } from '../bytes.ts'
import type { DtNode, DtProperty } from '../node.ts'
import type { CheckRow } from './check-row.ts'

/** A character that a name may not hold. */
const notInNode = /[^a-zA-Z0-9,._+@-]/
const notInProperty = /[^a-zA-Z0-9,._+*#?-]/
const notRecommended = /[^a-zA-Z0-9,-]/

const shown = (character: string | undefined): string => JSON.stringify(character)

/** Items with a later one of the same name. */
function withTwin<T extends { name: string }>(items: readonly T[]): T[] {
  const later = new Set<string>()
  const found: T[] = []
  for (let i = items.length - 1; i >= 0; i--) {
    const item = items[i] as T
    if (later.has(item.name)) found.push(item)
    else later.add(item.name)
  }
  return found.reverse()
}

/** Items with an earlier one of the same name. */
function second<T extends { name: string }>(items: readonly T[]): T[] {
  const seen = new Set<string>()
  return items.filter(({ name }) => seen.size === seen.add(name).size)
}

/** A discouraged character of a property name; `#` is usual after a vendor and at the start. */
function discouraged({ name }: DtProperty): string | undefined {
  if (name === 'device_type') return undefined
  const first = name.search(notRecommended)
  if (first < 0) return undefined
  const usual = name[first] === '#' && (first === 0 || name[first - 1] === ',')
  return (usual ? notRecommended.exec(name.slice(first + 1))?.[0] : name[first]) ?? undefined
}

/** A `name` property that says what the node is called says nothing, and is none. */
function saysItsName(node: DtNode, { value }: DtProperty): boolean {
  return latin1(value) === `${node.baseName}\0`
}

/** See the head of the file. */
export const nameChecks: readonly CheckRow[] = [
  {
    id: 'duplicate_node_names',
    level: 'error',
    rule: 'no two children of a node have the same name',
    check: (node, _view, report) => {
      for (const twin of second(node.children)) {
        report({
          node: twin,
          message: 'an earlier node beside it has the same name',
          remedy: 'rename one, or merge the two',
        })
      }
    },
  },
  {
    id: 'duplicate_property_names',
    level: 'error',
    rule: 'no two properties of a node have the same name',
    check: (node, _view, report) => {
      for (const property of withTwin(node.properties)) {
        report({
          node,
          property,
          message: 'the node has another property of this name further down; Linux takes the first',
        })
      }
    },
  },
  {
    id: 'node_name_chars',
    level: 'error',
    rule: 'node names consist of letters, digits and ,._+- with @ before the unit address',
    check: (node, _view, report) => {
      const bad = notInNode.exec(node.name)?.[0]
      if (bad === undefined) return
      report({ node, message: `${shown(bad)} is not allowed in a node name` })
    },
  },
  {
    id: 'node_name_chars_strict',
    level: 'off',
    rule: 'node names consist of letters, digits, comma and dash',
    check: (node, _view, report) => {
      const bad = notRecommended.exec(node.baseName)?.[0]
      if (bad === undefined) return
      report({ node, message: `${shown(bad)} is not recommended in a node name` })
    },
  },
  {
    id: 'node_name_format',
    level: 'error',
    rule: 'a node name has one @ at most',
    check: (node, _view, report) => {
      if (!node.unitAddress?.includes('@')) return
      report({ node, message: "the name has several '@': one may come before the unit address" })
    },
  },
  {
    id: 'node_name_vs_property_name',
    level: 'warning',
    rule: 'no child of a node is called like one of its properties',
    check: (node, view, report) => {
      const { parent } = node
      const property = parent === null ? undefined : view.prop(parent, node.name)
      if (parent === null || property === undefined) return
      if (property.name === 'name' && saysItsName(parent, property)) return
      report({ node, message: () => `${parent.path} has a property of the same name` })
    },
  },
  {
    id: 'property_name_chars',
    level: 'error',
    rule: 'property names consist of letters, digits and ,._+*#?-',
    check: (node, _view, report) => {
      for (const property of node.properties) {
        const bad = notInProperty.exec(property.name)?.[0]
        if (bad === undefined) continue
        report({ node, property, message: `${shown(bad)} is not allowed in a property name` })
      }
    },
  },
  {
    id: 'property_name_chars_strict',
    level: 'off',
    rule: 'property names consist of letters, digits, comma and dash, # in front',
    check: (node, _view, report) => {
      for (const property of node.properties) {
        const bad = discouraged(property)
        if (bad === undefined) continue
        report({ node, property, message: `${shown(bad)} is not recommended in a property name` })
      }
    },
  },
  {
    id: 'name_properties',
    level: 'error',
    rule: 'a property called name repeats the node name without its unit address',
    property: 'name',
    check: (node, view, report) => {
      const property = view.prop(node, 'name')
      if (property === undefined || property.value.at(-1) !== 0) return
      if (property.value.indexOf(0) !== property.value.length - 1) return
      if (saysItsName(node, property)) return
      report({
        node,
        message: `its property name says ${JSON.stringify(latin1(property.value, 0, -1 + property.value.length))}, the node is called ${JSON.stringify(node.baseName)}`,
        remedy: 'delete the property: the name of the node is enough',
      })
    },
  },
]
