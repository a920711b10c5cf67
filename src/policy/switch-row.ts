/** What a switch is: one behaviour of the kernel that changed with history, and its values. */

export type SwitchValue = string | boolean

/** A declared switch. */
export interface SwitchRow<V extends SwitchValue = SwitchValue> {
  /** What the behaviour is and what each value means. */
  readonly doc: string
  readonly values: readonly V[]
  /** The value in v3.18. */
  readonly initial: V
  /** Why no code reads the switch: its subject is not modelled. */
  readonly unread?: string
}

/** Declares a switch and keeps its values as literal types. */
export function declareSwitch<const V extends SwitchValue>(
  row: SwitchRow<V> & { readonly initial: NoInfer<V> },
): SwitchRow<V> {
  return row
}
