/**
 * One driver state a machine. A driver model is plain data that is asked several times (early init,
 * initcalls); what it keeps in static variables in Linux is made once for each context here.
 */
import type { IommuDriverContext } from './ports.ts'

/** Returns `make`, remembering its result for each context as long as the context lives. */
export function perContext<T>(
  make: (context: IommuDriverContext) => T,
): (context: IommuDriverContext) => T {
  const made = new WeakMap<IommuDriverContext, { state: T }>()
  return (context) => {
    let entry = made.get(context)
    if (entry === undefined) {
      entry = { state: make(context) }
      made.set(context, entry)
    }
    return entry.state
  }
}
