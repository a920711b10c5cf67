/** Colours, on terminals only; NO_COLOR and --no-color turn them off, FORCE_COLOR on. */
import pc from 'picocolors'
import type { Verdict } from '../analysis/contract.ts'
import type { Host } from './host.ts'

/** Functions that colour a text, or leave it as it is. */
export interface Paint {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  yellow(text: string): string
  green(text: string): string
}

/** Paint for standard output. `wanted` is false after --no-color. */
export function paintFor(host: Host, wanted: boolean): Paint {
  return pc.createColors(wanted && mayColour(host)) as Paint
}

function mayColour({ env, outIsTerminal }: Host): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== ''
  return outIsTerminal && env.TERM !== 'dumb'
}

const colourOf: Record<Verdict, keyof Paint> = {
  ok: 'green',
  fault: 'red',
  corrupt: 'red',
  'probe-error': 'red',
  deferred: 'yellow',
  unreachable: 'yellow',
  'not-exercised': 'dim',
}

/** A verdict in its colour, with `*` where changes were assumed. */
export function paintVerdict(paint: Paint, verdict: Verdict, assumed: boolean): string {
  return paint[colourOf[verdict]](assumed ? `${verdict}*` : verdict)
}
