/** The JSON Schemas that ship with the package, as functions that check an object. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'

const folder = join(import.meta.dirname, '../../schemas')
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true })

export const schemaNames = readdirSync(folder)
  .filter((name) => name.endsWith('.schema.json'))
  .map((name) => name.replace('.schema.json', ''))

const validators = new Map(
  schemaNames.map((name) => {
    const text = readFileSync(join(folder, `${name}.schema.json`), 'utf8')
    return [name, ajv.compile(JSON.parse(text))]
  }),
)

/**
 * Fails the test unless the text is one object a line and each fits its command's schema: of
 * `dt show`, `dt-show.schema.json`.
 */
export function expectSchema(command: string, ndjson: string): Record<string, unknown>[] {
  const validate = validators.get(command.replace(' ', '-'))
  if (validate === undefined) throw new Error(`no schema for ${command}`)
  expect(ndjson.endsWith('\n')).toBe(true)
  const objects = ndjson
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  for (const object of objects) {
    validate(object)
    expect(validate.errors ?? []).toEqual([])
    expect(object.command).toBe(command)
    expect(object.schemaVersion).toBe(1)
  }
  return objects
}
