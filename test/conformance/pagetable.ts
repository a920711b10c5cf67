/** The suite that every page-table format passes. Adding a format adds nothing here. */
import { describe, expect, it } from 'vitest'
import type { FormatSpec } from '../../src/pagetable/contract.ts'
import type { ReferenceFormat } from '../reference/pagetable.ts'
import { allocates, overMaps, unmaps } from './pagetable-changes.ts'
import { declared, refuses, translates } from './pagetable-translation.ts'

/** Registers the suite for one format. */
export function conformance(format: FormatSpec, reference: ReferenceFormat | undefined): void {
  describe(`page-table format ${format.id}`, () => {
    if (reference === undefined) {
      it('has a reference model', () => expect.fail('add one to test/reference/pagetable.ts'))
      return
    }
    declared(format)
    translates(format, reference)
    refuses(format)
    overMaps(format, reference)
    unmaps(format, reference)
    allocates(format)
  })
}
