import { describe, expect, it } from 'vitest'
import { runIn } from '../../test/cli/fake-host.ts'
import { folderWith } from '../../test/cli/fixtures.ts'
import { expectSchema } from '../../test/cli/schemas.ts'
import { checks } from '../devicetree/checks/checks.ts'

const bad = `/dts-v1/;
/ { #address-cells = <1>; #size-cells = <1>;
  a@0 { reg = <0 0 0>; };
  b_c@10 { reg = <0x10 1>; phys = <&p>; };
  p: p { };
};`
const good = '/dts-v1/; / { a { }; };'

describe('dt check', () => {
  it('prints a line a finding with its check, and a summary, and exits 1', async () => {
    const { code, out, err } = await runIn({ stdin: bad }, 'dt', 'check', '-')
    const lines = out.trimEnd().split('\n')
    expect([code, err]).toEqual([1, ''])
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^-:3:9: \/a@0 property reg: warning: 12 bytes .* \[reg_format\]$/)
    expect(lines[1]).toMatch(/^-:4:28: \/b_c@10 property phys: warning: .* \[phys_property\]$/)
    expect(lines[2]).toMatch(/^-: \d+ checks: 2 warnings \(reg_format 1, phys_property 1\)$/)
  })

  it('exits 0 where nothing is found', async () => {
    const { code, out } = await runIn({ stdin: good }, 'dt', 'check', '-')
    expect([code, out]).toEqual([0, expect.stringMatching(/checks: nothing found\n$/)])
  })

  it('does not take what a built-in board says of itself for a finding', async () => {
    const { code, out } = await runIn({}, 'dt', 'check', 'board:veyron')
    expect([code, out]).toEqual([0, expect.stringMatching(/^board:veyron: .* nothing found\n$/)])
  })

  it('runs the checks that --only, --ignore and --all say', async () => {
    const found = async (...options: string[]) => {
      const { out } = await runIn({ stdin: bad }, 'dt', 'check', '-', '--json', ...options)
      const [report] = expectSchema('dt check', out) as { diagnostics: { check: string }[] }[]
      return report?.diagnostics.map((d) => d.check)
    }
    expect(await found('--only', 'reg_format')).toEqual(['reg_format'])
    expect(await found('--ignore', 'reg_format')).toEqual(['phys_property'])
    const all = ['node_name_chars_strict', 'reg_format', 'phys_property']
    expect((await found('--all'))?.sort()).toEqual(all.sort())
    expect(await found('--only', 'reg_format', '--ignore', 'reg_format')).toEqual([])
  })

  it('prints one object a board; one that cannot be read does not stop the rest', async () => {
    const cwd = folderWith({ 'a.dts': bad, 'b.dts': '/dts-v1/; / {', 'c.dts': good })
    const argv = ['dt', 'check', 'a.dts', 'b.dts', 'c.dts', '--json']
    const { code, out } = await runIn({ cwd }, ...argv)
    const reports = expectSchema('dt check', out) as {
      board: { source: string }
      diagnostics: { severity: string; at: object }[]
    }[]
    expect(reports.map((r) => r.board.source)).toEqual(['a.dts', 'b.dts', 'c.dts'])
    expect(reports[0]?.diagnostics[0]?.at).toEqual({
      source: 'a.dts',
      line: 3,
      column: 9,
      path: '/a@0',
      property: 'reg',
    })
    expect(reports[1]?.diagnostics[0]?.severity).toBe('error')
    expect(reports[2]?.diagnostics).toEqual([])
    expect(code).toBe(3)
  })

  it('refuses a check that does not exist and names near ones', async () => {
    const { code, err } = await runIn({ stdin: good }, 'dt', 'check', '-', '--only', 'reg_fromat')
    expect(code).toBe(2)
    expect(err).toContain('there is no check reg_fromat (did you mean reg_format')
    const json = await runIn({ stdin: good }, 'dt', 'check', '-', '--ignore', 'x', '--json')
    expect(expectSchema('dt check', json.out)[0]).toHaveProperty('diagnostics.0.severity', 'error')
    expect((await runIn({}, 'dt', 'check')).code).toBe(2)
  })

  it('lists every check with its default', async () => {
    const { code, out } = await runIn({}, 'dt', 'check', '--list')
    expect(code).toBe(0)
    for (const { id, level } of checks) expect(out).toMatch(new RegExp(`^${id} +${level} `, 'm'))
    const json = await runIn({}, 'dt', 'check', '--list', '--only', 'reg_format', '--json')
    const [list] = expectSchema('dt check', json.out)
    expect(list).toHaveProperty('checks', [
      expect.objectContaining({ id: 'reg_format', level: 'warning' }),
    ])
  })
})
