/** Throws when the model itself is wrong. Never used on a user's input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`dmaplumb bug: ${message}`)
}

/** Marks a branch that the types rule out. */
export function unreachable(value: never): never {
  throw new Error(`dmaplumb bug: unexpected value ${JSON.stringify(value)}`)
}
