import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { TELLING_KERNELS, WORKLOADS } from '../../../src/cost/workloads.ts';
import { vtlb } from '../../run-vtlb.ts';

const COUNTS = ['exits', 'rootLoads', 'pagesSynced', 'hardwareFlushes', 'rootsFreed', 'remoteFlushes'];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'vtlb-cost-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

describe('vtlb cost', () => {
  it('counts a million events of every workload on the telling kernels as JSON', () => {
    const { status, stdout, stderr } = vtlb(['cost', '--json']);
    expect([status, stderr]).toEqual([0, '']);
    const { events, costs, seconds, ...rest } = JSON.parse(stdout);
    expect(events).toBe(1_000_000);
    expect(seconds).toBeGreaterThan(0);
    expect(rest).toEqual({});
    expect(costs.map(({ kernel, workload }: Record<string, string>) => `${workload} ${kernel}`)).toEqual(
      WORKLOADS.flatMap(({ name }) => TELLING_KERNELS.map((kernel) => `${name} ${kernel}`)),
    );
    for (const cost of costs) {
      expect(Object.keys(cost)).toEqual(['kernel', 'workload', 'events', ...COUNTS]);
      expect(cost.events).toBe(events);
    }
  });

  it('counts a kernel beside what a changed decision makes of it', () => {
    const args = '--kernel v6.12 --set rootReuse=none --workload switch-pcid-2 --events 1000 --json';
    const { costs } = JSON.parse(vtlb(['cost', ...args.split(' ')]).stdout);
    expect(costs.map(({ kernel, rootLoads }: Record<string, unknown>) => [kernel, rootLoads])).toEqual([
      ['v6.12', 0],
      ['v6.12 rootReuse=none', 1000],
    ]);
  });

  it('counts a file with reducers of its own beside the kernel that it is made from', () => {
    const file = 'test/examples/invlpg-active-pcid.ts';
    const args = [
      '--kernel',
      file,
      'v6.12',
      '--workload',
      'switch-write-pcid-4',
      '--events',
      '1000',
      '--json',
    ];
    const { costs } = JSON.parse(vtlb(['cost', ...args]).stdout);
    expect(costs.map(({ kernel }: Record<string, string>) => kernel)).toEqual([file, 'v6.12']);
    expect(costs[0].exits).toBe(costs[1].exits);
  });

  it('refuses a decision that there is not', () => {
    const { status, stderr } = vtlb(['cost', '--set', 'rootReuse=never']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('rootReuse')]);
  });

  it('takes kernels and workloads one at a time or together, each once', () => {
    const args = '--kernel v5.14 --kernel patch v5.14 --workload suspend switch-2 --events 12 --json';
    const { costs } = JSON.parse(vtlb(['cost', ...args.split(' ')]).stdout);
    expect(costs.map(({ kernel, workload }: Record<string, string>) => `${workload} ${kernel}`)).toEqual([
      'switch-2 v5.14',
      'switch-2 patch',
      'suspend v5.14',
      'suspend patch',
    ]);
    expect(costs[0]).toEqual({
      kernel: 'v5.14',
      workload: 'switch-2',
      events: 12,
      exits: 12,
      rootLoads: 12,
      pagesSynced: 0,
      hardwareFlushes: 12,
      rootsFreed: 12,
      remoteFlushes: 0,
    });
    expect(costs[1]).toMatchObject({ kernel: 'patch', rootLoads: 0, hardwareFlushes: 12, rootsFreed: 0 });
  });

  it('prints a table', () => {
    const args = '--kernel patch --workload switch-4 --events 100'.split(' ');
    expect(vtlb(['cost', ...args])).toEqual({
      status: 0,
      stderr: '',
      stdout: `cost per event, over 100 events of each workload

switch-4  4 processes in turn, without PCIDs; only switches
  kernel  exits  root loads  pages synced  hardware flushes  roots freed  remote flushes
  ------  -----  ----------  ------------  ----------------  -----------  --------------
  patch   1.000  0.000       0.000         1.000             0.000        0.000
`,
    });
  });

  it('says which optimisations are kept', () => {
    const args = '--kernel v5.14 naive --workload switch-2 --events 1 --optimisations'.split(' ');
    const { optimisations } = JSON.parse(vtlb(['cost', ...args, '--json']).stdout);
    const verdicts = optimisations.map(({ kept }: { kept: { verdict: string }[] }) =>
      kept.map(({ verdict }) => verdict),
    );
    expect(verdicts).toEqual([
      ['never', 'always', 'never', 'never'],
      ['never', 'never', 'never', 'never'],
    ]);
    const naive = args.filter((word) => word !== 'v5.14');
    expect(vtlb(['cost', ...naive]).stdout).toMatch(/^ {2}noflush-switches-cost-an-exit +never$/m);
  });

  it('writes a plot, and nothing beside it', () => {
    const made = folder();
    const file = join(made, 'cost.svg');
    const args = ['cost', '--workload', 'switch-4', '--events', '10', '--svg', file];
    expect(vtlb(args).status).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(readdirSync(made)).toEqual(['cost.svg']);
  });

  it('names the plot that it cannot write, and leaves nothing', () => {
    const made = folder();
    const file = join(made, 'none', 'cost.svg');
    const { status, stdout, stderr } = vtlb([
      'cost',
      '--workload',
      'switch-4',
      '--events',
      '10',
      '--svg',
      file,
    ]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`error: cannot write ${file}: ENOENT`);
    expect(existsSync(join(made, 'none'))).toBe(false);
    const onFolder = vtlb(['cost', '--workload', 'switch-4', '--events', '10', '--svg', made]);
    expect(onFolder.status).toBe(2);
    expect(readdirSync(made)).toEqual([]);
  });

  it.each([
    [['--workload', 'nope'], `expected one of ${WORKLOADS.map(({ name }) => name).join(', ')}`],
    [['--kernel', 'v9.9'], `expected one of ${Object.keys(KERNELS).join(', ')}`],
    [['--events', '0'], 'expected a whole number from 1'],
    [['--events', '1e6'], 'expected a whole number from 1'],
    [['--svg'], 'argument missing'],
  ])('%j is bad usage', (args, message) => {
    const { status, stdout, stderr } = vtlb(['cost', ...args]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('has help that names every workload', () => {
    const { status, stdout } = vtlb(['cost', '--help']);
    expect(status).toBe(0);
    for (const { name, doc } of WORKLOADS) expect(stdout).toContain(`  ${name.padEnd(20)}  ${doc}\n`);
    expect(stdout).toContain('Exit codes: 0 holds, 1 violated, 2 bad usage or input, 3 stopped by a limit.');
  });
});
