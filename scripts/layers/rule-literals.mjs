/** Literals that betray a broken rule: kernel versions in code, bigints, default exports. */
import { allowed } from './sources.mjs'

const version = /\bv[3-6]\.\d+/
/** Places whose text is about kernels rather than decided by them. */
const mayNameVersions = [
  /^src\/policy\//,
  /^src\/kernel\//,
  /^src\/drivers\/.*catalogue/,
  /^src\/machine\/boards\//,
  /^src\/cli\//,
]
const mayUseBigint = [/^src\/devicetree\/.*expression/]

/** A version is compared nowhere but in the policy: code asks a switch. */
export function* checkVersions(files) {
  for (const file of files) {
    if (!file.path.startsWith('src/') || file.isTest) continue
    if (mayNameVersions.some((place) => place.test(file.path))) continue
    for (const t of file.code) {
      if (t.kind !== 'string' && t.kind !== 'template') continue
      const found = version.exec(t.text)
      if (found === null || allowed(file, t.line, 'versions')) continue
      yield {
        path: file.path,
        line: t.line,
        rule: 'versions',
        message: `names the kernel version ${found[0]}`,
        remedy: 'add a switch in src/policy and read it, or move the text into a data row there',
      }
    }
  }
}

export function* checkBigints(files) {
  for (const file of files) {
    if (!file.path.startsWith('src/') || file.isTest) continue
    if (mayUseBigint.some((place) => place.test(file.path))) continue
    for (const t of file.code) {
      if (t.kind !== 'bigint' || allowed(file, t.line, 'bigint')) continue
      yield {
        path: file.path,
        line: t.line,
        rule: 'bigint',
        message: `bigint literal ${t.text}`,
        remedy: 'use two 32-bit words or an exact double (src/base/addr.ts)',
      }
    }
  }
}

export function* checkDefaultExports(files) {
  for (const file of files) {
    file.code.forEach((t, i) => {
      if (t.text !== 'default' || file.code[i - 1]?.text !== 'export') return
      file.defaultExport = t.line
    })
    if (file.defaultExport === undefined) continue
    yield {
      path: file.path,
      line: file.defaultExport,
      rule: 'default-export',
      message: 'default export',
      remedy: 'export it by name',
    }
  }
}
