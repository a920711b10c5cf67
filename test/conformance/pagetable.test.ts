import { formats } from '../../src/pagetable/formats.ts'
import { references } from '../reference/pagetable.ts'
import { conformance } from './pagetable.ts'

for (const format of formats) conformance(format, references[format.id])
