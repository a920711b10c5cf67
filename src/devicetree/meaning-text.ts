/** Meanings for people: one line an entry. */
import type { InterruptMapMeaning, InterruptMeaning, Meaning, NodeReference } from './meaning.ts'
import { sizeText } from './meaning-plain.ts'

/** The entry in a line, without its number: `regs: 0xff930000 + 0x19c`. */
export function meaningText(meaning: Meaning): string {
  const text = said(meaning)
  const head = meaning.name === undefined ? text : `${meaning.name}: ${text}`
  if (meaning.problem === undefined || meaning.kind === 'broken') return head
  return text === '' ? `BROKEN: ${meaning.problem}` : `${head}  BROKEN: ${meaning.problem}`
}

const refer = (node: NodeReference | null): string => {
  if (node === null) return 'nothing'
  return node.label === null ? node.path : `&${node.label} (${node.path})`
}

function said(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'reg': {
      const { address, size, space, cpuAddress } = meaning
      const where = size === null ? address : span(address, size)
      const cpu = cpuAddress === undefined || cpuAddress === address ? '' : cpuText(cpuAddress)
      return `${space === null ? '' : `${space} `}${where}${size === null ? '' : cpu}`
    }
    case 'window': {
      const space = meaning.space === null ? '' : `${meaning.space} `
      return `${space}${span(meaning.child, meaning.size)} -> ${meaning.parent} above`
    }
    case 'phandle-args': {
      if (meaning.provider === null) return meaning.problem === undefined ? 'a hole' : ''
      const args = meaning.args.length === 0 ? '' : ` ${meaning.args.join(' ')}`
      return `${refer(meaning.provider)}${args}${meaning.sense === null ? '' : `, ${meaning.sense}`}`
    }
    case 'interrupt':
      return interruptText(meaning)
    case 'interrupt-map': {
      const address = meaning.childAddress.join(' ')
      const child = `unit ${address === '' ? '-' : address} interrupt ${meaning.childInterrupt.join(' ')}`
      return `${child} -> ${interruptText(meaning)}`
    }
    case 'id-map': {
      const { idBase, length, outBase, provider } = meaning
      return `IDs ${idBase} + ${length} -> ${refer(provider)} from ${outBase}`
    }
    case 'name':
      return meaning.list === null
        ? JSON.stringify(meaning.value)
        : `${JSON.stringify(meaning.value)} is ${meaning.list}${meaning.list.startsWith('pinctrl-') ? '' : `[${meaning.index}]`}`
    case 'node':
      return meaning.node === null ? '' : refer(meaning.node)
    case 'quantity':
    case 'remark':
      return meaning.text
    case 'broken':
      return `BROKEN: ${meaning.problem}`
  }
}

function cpuText(cpuAddress: string | null): string {
  return cpuAddress === null ? '' : `, CPU address ${cpuAddress}`
}

function span(start: string, size: string): string {
  const pretty = sizeText(size)
  return `${start} + ${size}${pretty === size ? '' : ` (${pretty})`}`
}

function interruptText(meaning: InterruptMeaning | InterruptMapMeaning): string {
  const { type, number, intid, trigger, controller } = meaning
  const what =
    number === null
      ? meaning.args.join(' ')
      : type === null
        ? `line ${number}`
        : `${type} ${number} (INTID ${intid})`
  return `${what}${trigger === null ? '' : `, ${trigger}`}, at ${refer(controller)}`
}
