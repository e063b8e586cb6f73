import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { missingPeers, sayWhatIsMissing } from '../run-peer.ts';

const BENCH = fileURLToPath(new URL('bench.mjs', import.meta.url));
const TOOLS = ['core', 'core2', 'spec', 'spinDfs', 'spinBfs', 'rumur', 'native'];

const missing = missingPeers();
sayWhatIsMissing(missing);

const bench = (args: readonly string[], env = process.env) =>
  spawnSync(process.execPath, [BENCH, ...args], { encoding: 'utf8', env });

describe('npm run bench', () => {
  it.skipIf(Object.keys(missing).length > 0)('measures every tool, and all count the same', () => {
    const { status, stdout, stderr } = bench(['--quick', '--json']);
    expect(stderr).not.toMatch(/counts \d+/);
    expect(status).toBe(0);
    const { tools, verdict, ...counts } = JSON.parse(stdout);
    expect(counts).toEqual({ layout: 'minimal', states: 149_990, transitions: 3_034_584 });
    expect(Object.keys(tools)).toEqual(TOOLS);
    for (const tool of TOOLS) {
      for (const used of ['cpuSeconds', 'wallSeconds', 'transitionsPerCpuSecond', 'bytesPerState'])
        expect(tools[tool][used], `${tool} ${used}`).toBeGreaterThan(0);
    }
    const { cpuSeconds, ratios, ...found } = verdict;
    expect(found).toEqual({ layout: 'minimal', nodes: 31_408, facts: 207_308 });
    expect(Object.keys(ratios)).toEqual(['spinDfs', 'spinBfs', 'rumur', 'native']);
    for (const [tool, ratio] of Object.entries(ratios))
      expect(ratio, tool).toBeCloseTo(tools[tool].cpuSeconds / cpuSeconds, 6);
  });

  it('names the package of a program that is missing', () => {
    const { status, stderr } = bench(['--quick'], { ...process.env, PATH: '/nonexistent' });
    expect(stderr).toMatch(/install the package spin/);
    expect(status).toBe(2);
  });
});
