import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import type { Home } from '../../../spec/layouts/layout.ts';
import type { LayoutName } from '../../../spec/layouts/named.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import { walk } from '../../../spec/state/walk.ts';
import { ExportError } from '../../../src/export/export-error.ts';
import { exportTrace, exportWarning } from '../../../src/export/formats.ts';
import { runTrace, type TraceRun } from '../../../src/export/trace-run.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { ALL_RUNS, type NamedRun, scenarioRun } from './runs.ts';

const STUB = fileURLToPath(new URL('kvm-unit-tests-stub/', import.meta.url));
const CC = process.env.CC ?? 'gcc';
const HAS_GCC = spawnSync(CC, ['-E', '-x', 'c', '-'], { input: '#include <stdio.h>' }).status === 0;
const WHY_NOT = HAS_GCC ? '' : ' (skipped: no C compiler, or no libc headers)';
if (!HAS_GCC)
  process.stderr.write(
    `\nSKIPPED, not passed: what compiles exported tests. ${CC} has no <stdio.h> to offer\n\n`,
  );
const FOLDER = mkdtempSync(join(tmpdir(), 'vtlb-kut-'));
afterAll(() => rmSync(FOLDER, { recursive: true }));

interface Ran {
  readonly status: number | null;
  readonly lines: readonly string[];
}

/** Compiles a test against the stub's headers, warnings being errors, and runs it on the stub's processor. */
function runOnStub(code: string, ...flags: string[]): Ran {
  const source = join(FOLDER, 'trace.c');
  const program = join(FOLDER, 'trace');
  writeFileSync(source, code);
  const compiled = spawnSync(
    CC,
    [
      '-std=gnu11',
      '-Wall',
      '-Werror',
      ...flags,
      `-I${STUB}`,
      `-DTEST="${source}"`,
      `${STUB}processor.c`,
      '-o',
      program,
    ],
    { encoding: 'utf8' },
  );
  expect(compiled.stderr).toBe('');
  const { status, stdout } = spawnSync(program, { encoding: 'utf8' });
  return { status, lines: stdout.trimEnd().split('\n') };
}

/** By the entry of a top page: the half of the address space. The stub's own tables may lie in any other. */
const HALVES = new Map([
  [128n, 'u'],
  [384n, 'k'],
]);

/** What the stub's log calls by address, by its name in the trace. */
class Names {
  readonly #run: TraceRun;
  readonly #tables: { page: string; address: bigint }[];
  readonly #links: { to: string; entry: bigint }[];
  readonly #frames: bigint[];

  constructor(run: TraceRun, code: string, lines: readonly string[]) {
    this.#run = run;
    const pages = Object.keys(run.world.layout.memory);
    const named = (enumerator: string) =>
      pages.find((each) => each.toUpperCase().replaceAll('.', '_') === enumerator) as string;
    const tables = enumerators(code, 'TABLES');
    this.#tables = matches(lines, /^table (\d+) (\w+)$/).map(([, index, address]) => ({
      page: named((tables[Number(index)] as string).replace(/^(SPACE|TABLE)_/, '')),
      address: hex(address),
    }));
    const links = enumerators(code, 'LINKS');
    this.#links = matches(lines, /^link (\d+) (\w+)$/).map(([, index, entry]) => ({
      to: named((links[Number(index)] as string).split('_TO_')[1] as string),
      entry: hex(entry),
    }));
    expect(this.#tables.map(({ page }) => page).sort()).toEqual(pages.sort());
    this.#frames = matches(lines, /^frame \d+ (\w+)$/).map(([, address]) => hex(address));
  }

  space(cr3: bigint): string {
    return this.#tables.find(({ address }) => address === cr3)?.page ?? 'the boot page';
  }

  /** `a.u[0]`, `a[128]`. */
  entry(address: bigint): string {
    const page = this.#tables.find((table) => table.address === (address & ~0xfffn))?.page;
    return `${page}[${(address & 0xfffn) / 8n}]`;
  }

  value(entry: bigint): string {
    const link = this.#links.find((each) => each.entry === entry);
    if (link !== undefined) return link.to;
    const frame = this.#frames.indexOf(entry & ~0xfffn);
    return frame < 0 ? entry.toString(16) : `f${frame + 1} ${(entry & 0xfffn).toString(16)}`;
  }

  page(address: bigint): string {
    const half = HALVES.get((address >> 39n) & 511n);
    const name = `${half ?? 'none of'}${((address >> 12n) & 511n) / 8n}`;
    return this.#run.world.layout.virtualPages.includes(name) ? name : address.toString(16);
  }
}

/** The names of an enumeration that ends with this one. */
function enumerators(code: string, end: string): string[] {
  return (new RegExp(`enum \\{\\n([^}]*)\\t${end},`).exec(code)?.[1] ?? '').match(/\w+/g) ?? [];
}

/** The instructions in a stub's log, in words. */
function instructions(run: TraceRun, code: string, { lines }: Ran): string[] {
  const names = new Names(run, code, lines);
  return lines.flatMap((line): string[] => {
    const [what, ...words] = line.split(' ');
    const [first = 0n, second = 0n] = words.map((word) => (/^[0-9a-f]+$/.test(word) ? hex(word) : 0n));
    switch (what) {
      case 'cr0':
        return [`cr0 wp=${bit(first, 16n)}`];
      case 'cr3':
        return [
          `cr3 ${names.space(first & 0xffffffffff000n)} low=${first & 0xfffn} noflush=${bit(first, 63n)} vector=${words[1]}`,
        ];
      case 'cr4':
        return [
          `cr4 pcide=${bit(first, 17n)} pge=${bit(first, 7n)} smep=${bit(first, 20n)} vector=${words[1]}`,
        ];
      case 'store':
        return names.page(first) in run.world.layout.paths
          ? [`store to ${names.page(first)}`]
          : [`store ${names.entry(first)} ${names.value(second)}`];
      case 'load':
        return [`load ${names.page(first)}`];
      case 'invlpg':
        return [`invlpg ${names.page(first)}`];
      case 'invpcid':
        return [
          `invpcid ${words[0]} pcid=${words[1]} ${words[2] === '0' ? '-' : names.page(hex(words[2]))} vector=${words[3]}`,
        ];
      default:
        return [];
    }
  });
}

/** What must be in the log: a start in the first space, the events, and the program's own registers again. */
function expected(run: TraceRun): string[] {
  return [
    'cr0 wp=1',
    'cr3 the boot page low=0 noflush=0 vector=0',
    'cr4 pcide=0 pge=0 smep=0 vector=0',
    'cr0 wp=1',
    'cr3 a low=0 noflush=0 vector=0',
    ...run.replay.steps.map((step) => expectedOf(run, step)),
    'cr4 pcide=0 pge=0 smep=0 vector=0',
    'cr3 the boot page low=0 noflush=0 vector=0',
    'cr0 wp=1',
  ];
}

const INVPCID_TYPES = ['address', 'single', 'all', 'all-nonglobal'];

function expectedOf(
  { world: { layout } }: TraceRun,
  { event, before, outcome }: TraceRun['replay']['steps'][0],
): string {
  const vector = `vector=${outcome === '#GP' ? 13 : 0}`;
  const digit = (value: boolean) => (value ? 1 : 0);
  switch (event.kind) {
    case 'access':
      return `load ${event.page}`;
    case 'page-fault':
      return `store to ${event.page}`;
    case 'write-pte': {
      const { page, index } = layout.homes[`${event.space}:${event.page}`] as Home;
      const flags = before.memory[page]?.global ? '121' : '25';
      return `store ${page}[${8 * index}] ${event.frame === null ? '0' : `${event.frame} ${flags}`}`;
    }
    case 'write-dir': {
      const directory = before.memory[event.space]?.entries[layout.halves[event.half] as number];
      const isTop = event.table !== null && before.memory[event.table]?.level === layout.levels - 1;
      const entry = isTop ? `${event.space}[${event.half === 'user' ? 128 : 384}]` : `${directory}[0]`;
      return `store ${entry} ${event.table ?? '0'}`;
    }
    case 'mov-cr0':
      return `cr0 wp=${digit(event.wp)}`;
    case 'mov-cr3':
      return `cr3 ${event.space} low=${event.low} noflush=${digit(event.noflush)} ${vector}`;
    case 'mov-cr4': {
      const { pcide, pge, smep } = { ...before.vcpus[0]?.guest.cr4, ...event.bits } as Record<
        string,
        boolean
      >;
      return `cr4 pcide=${digit(pcide as boolean)} pge=${digit(pge as boolean)} smep=${digit(smep as boolean)} ${vector}`;
    }
    case 'invlpg':
      return `invlpg ${event.page}`;
    case 'invpcid': {
      const pcid = 'pcid' in event ? event.pcid : 0;
      return `invpcid ${INVPCID_TYPES.indexOf(event.type)} pcid=${pcid} ${'page' in event ? event.page : '-'} ${vector}`;
    }
    default:
      throw new Error(`no instruction for ${formatEvent(event)}`);
  }
}

/** What a guest on one vCPU can bring about; stated apart from the exporter's own rules. */
const BY_GUESTS = /^(access|invlpg|page-fault|write-dir|mov-cr[034]|invpcid|write-pte \S+ \S+$)(\s|$)/;

function isInstruction(event: Event): boolean {
  return BY_GUESTS.test(formatEvent(event));
}

/** Kernels do not matter here: each trace once. */
const TRACES = ALL_RUNS.filter(
  ({ run }, i) =>
    !run.world.layout.window &&
    Object.keys(run.world.layout.storesThrough).length === 0 &&
    ALL_RUNS.findIndex((other) => identityOf(other.run) === identityOf(run)) === i,
);
const EXPRESSIBLE = TRACES.filter(({ run }) => run.replay.steps.every(({ event }) => isInstruction(event)));
const OTHERS = TRACES.filter((named) => !EXPRESSIBLE.includes(named));

function identityOf({ layout, bounds, replay }: TraceRun): string {
  return JSON.stringify([layout, bounds, replay.steps.map(({ event }) => formatEvent(event))]);
}

describe('a trace as a test of kvm-unit-tests', () => {
  it('is there for every scenario, and for what guests do among the bugs', () => {
    expect(OTHERS.filter(({ name }) => !name.startsWith('bug'))).toEqual([]);
    expect(OTHERS.map(({ name }) => name)).toEqual(expect.arrayContaining(['bug 08', 'bug 13', 'bug 49']));
    expect(EXPRESSIBLE.length).toBeGreaterThanOrEqual(38);
  });

  describe.skipIf(!HAS_GCC)(
    `compiles without a warning, and its instructions are those of the trace${WHY_NOT}`,
    () => {
      it.each(EXPRESSIBLE)('$name', ({ run }) => {
        const code = exportTrace('kvm-unit-tests', run);
        const ran = runOnStub(code);
        expect(instructions(run, code, ran)).toEqual(expected(run));
        expect(ran.lines.filter((line) => line.startsWith('report'))).toEqual(reports(run));
        expect(ran.status).toBe(0);
      });
    },
  );

  it.each(OTHERS)('is refused for $name, with the line and the reason', ({ run }: NamedRun) => {
    const index = run.replay.steps.findIndex(({ event }) => !isInstruction(event));
    const event = formatEvent(run.replay.steps[index]?.event as Event);
    const refusal = new RegExp(
      `^line ${run.lines[index]}: '${event}' cannot be part of a kvm-unit-tests test: `,
    );
    expect(() => exportTrace('kvm-unit-tests', run)).toThrow(ExportError);
    expect(() => exportTrace('kvm-unit-tests', run)).toThrow(refusal);
  });

  it.each([
    ['smp', 'access u0\n\ncpu 1: access u0\n', "line 3: 'cpu 1: access u0' .* vCPU 1 takes part"],
    [
      'kernel',
      'write-pte a:u0 f2 emulated\n',
      "line 1: 'write-pte a:u0 f2 emulated' .* not for the guest to say",
    ],
    ['faults', 'mov-cr0 wp=0\npage-fault u0\n', 'line 2: .* with CR0.WP=0'],
    ['twice', 'mov-cr3-twice b a\n', 'line 1: .* every MOV to CR3 of a guest'],
    ['nested', 'nested invvpid\n', 'line 1: .* a nested hypervisor takes part'],
    [
      'window',
      'access u0\n',
      '^no kvm-unit-tests test has such a guest: layout window: .* finds a page table',
    ],
    [
      'stores',
      'access u0\n',
      '^no kvm-unit-tests test has such a guest: layout stores: .* finds a page table',
    ],
  ] as const)('is refused on %s for %j', (layout, trace, message) => {
    expect(() => exportTrace('kvm-unit-tests', runTrace({ layout }, trace))).toThrow(new RegExp(message));
  });
});

/** The reports of a processor without a TLB: what a walk of the guest's tables finds is always allowed. */
function reports({ world: { layout }, replay, lines }: TraceRun): string[] {
  return replay.steps.flatMap(({ event, before, outcome }, i) => {
    const head = `report PASS line ${lines[i]}: ${formatEvent(event)}:`;
    if (event.kind === 'access') {
      const { space } = (before.vcpus[0] as Vcpu).guest.cr3;
      const frame = walk(before.memory, space, layout.paths[event.page] as readonly number[]) ?? 'f0';
      return [expect.stringMatching(new RegExp(`^${head} expected .*, found ${frame} `)) as string];
    }
    if (event.kind === 'page-fault') return [`${head} #PF`];
    if (outcome === '#GP') return [`${head} #GP`];
    return event.kind === 'invpcid' ? [`${head} no fault`] : [];
  });
}

describe.skipIf(!HAS_GCC)(`what the test is worth${WHY_NOT}`, () => {
  it('fails on a processor that never flushes, at the read of the stale frame', () => {
    const code = exportTrace('kvm-unit-tests', scenarioRun('message-mov-cr3'));
    const { status, lines } = runOnStub(code, '-DNEVER_FLUSHES');
    expect(status).toBe(1);
    expect(lines.filter((line) => line.startsWith('report'))).toEqual([
      'report PASS line 5: access u0: expected f1, found f1 (f0: page fault)',
      'report FAIL line 11: access u0: expected f2, found f1 (f0: page fault)',
    ]);
  });

  it('allows an old frame that the SDM lets a TLB keep', () => {
    const code = exportTrace('kvm-unit-tests', scenarioRun('pcide-set-lives-on'));
    const { status, lines } = runOnStub(code, '-DNEVER_FLUSHES');
    expect(status).toBe(0);
    expect(lines).toContain('report PASS line 6: access u0: expected f1 or f2, found f1 (f0: page fault)');
  });

  it('allows no more than the SDM, where KVM promises less', () => {
    const trace = [
      'access u0',
      'mov-cr4 pcide=1',
      'mov-cr3 a pcid=1',
      'invpcid address pcid=0 u0',
      'write-pte a:u0 f2',
      'mov-cr3 a noflush',
      'access u0',
    ];
    const run = runTrace({}, trace.join('\n'));
    expect(run.replay.verdict).toBe('clean');
    expect(run.replay.steps.at(-1)?.exit.sees).toEqual(['f1']);
    const { lines } = runOnStub(exportTrace('kvm-unit-tests', run), '-DNEVER_FLUSHES');
    expect(lines).toContain('report FAIL line 7: access u0: expected f2, found f1 (f0: page fault)');
  });

  it('gets #GP where the trace does, and carries out each form of INVPCID', () => {
    const run = runTrace(
      { layout: 'kernel', bounds: { userPages: 2, spaces: 3, frames: 3 } },
      `mov-cr3 b noflush
       mov-cr3 c pcid=1
       mov-cr4 pcide=1
       invpcid single pcid=1
       mov-cr3 c
       mov-cr4 pcide=1 pge=1 smep=1
       write-pte c:u1 f3
       write-pte a:k0 none
       access u1
       access k0
       invpcid address pcid=2 u1
       invpcid single pcid=3
       invpcid all-nonglobal
       invpcid all
       access k0
       mov-cr4 pge=0 smep=0
       mov-cr0 wp=0
       mov-cr0 wp=1
       page-fault u1
       invlpg k0`,
    );
    expect(run.replay.steps.map(({ outcome }) => outcome).filter((outcome) => outcome === '#GP').length).toBe(
      3,
    );
    const code = exportTrace('kvm-unit-tests', run);
    const ran = runOnStub(code);
    expect(instructions(run, code, ran)).toEqual(expected(run));
    expect(ran.lines.filter((line) => line.startsWith('report'))).toEqual(reports(run));
  });

  it('differs from the trace once an instruction is missing or another one', () => {
    const run = scenarioRun('message-mov-cr3');
    const code = exportTrace('kvm-unit-tests', run);
    for (const broken of [
      code.replace('\twrite_cr3(cr3_of(SPACE_B));\n', ''),
      code.replace(' | CR3_NOFLUSH', ''),
      code.replace('WRITE_ONCE(table[TABLE_B_U][0]', 'WRITE_ONCE(table[TABLE_A_U][0]'),
      code.replace(
        'WRITE_ONCE(table[TABLE_B_U][0], USER_PTE(2))',
        'WRITE_ONCE(table[TABLE_B_U][0], USER_PTE(1))',
      ),
    ]) {
      expect(broken).not.toBe(code);
      expect(instructions(run, broken, runOnStub(broken))).not.toEqual(expected(run));
    }
  });
});

describe('the heading of a test', () => {
  const headOf = (run: TraceRun) =>
    exportTrace('kvm-unit-tests', run)
      .split(' */')[0]
      ?.replace(/^ \* ?/gm, '') ?? '';

  it('has what a tree of kvm-unit-tests has to be told', () => {
    const head = headOf(scenarioRun('message-mov-cr3'));
    expect(head).toContain('\ttests += $(TEST_DIR)/NAME.$(exe)\n');
    const block = /\t\[NAME\]\n(?:\t.*\n)+/.exec(head)?.[0].replaceAll('\t', '').trimEnd().split('\n');
    expect(block).toEqual([
      '[NAME]',
      'file = NAME.flat',
      'arch = x86_64',
      'qemu_params = -cpu host',
      'accel = kvm',
      'check = /sys/module/kvm_intel/parameters/ept=N',
    ]);
    expect(head).not.toContain('extra_params');
  });

  it('has the trace on the lines that the reports name', () => {
    const run = runTrace({}, '# one\n\naccess u0\n# four\nwrite-pte a:u0 f2\naccess u0\n');
    const lines = headOf(run).split("<<'END'\n")[1]?.split('\n') ?? [];
    expect(lines.slice(0, 6)).toEqual(['', '', 'access u0', '', 'write-pte a:u0 f2', 'access u0']);
    expect(exportTrace('kvm-unit-tests', run)).toContain('"line 6: access u0: expected');
  });

  it('says which reads fail on the kernel', () => {
    const passes = headOf(scenarioRun('message-mov-cr3')).replaceAll('\n', ' ');
    expect(passes).toContain('Every read passes on kernel v6.12.');
    const stale = headOf(scenarioRun('message-mov-cr3', { kernel: 'v5.13' })).replaceAll('\n', ' ');
    expect(stale).toContain('On kernel v5.13 a read may fail: that in line 11, which finds f1.');
  });
});

describe('a test that shows nothing', () => {
  it.each([
    ['access u0\nmov-cr3 b\n', "ends with 'mov-cr3 b' in line 2, and no access behind it"],
    ['\n# nothing\n', 'the trace is empty'],
    ['access u0\nmov-cr3 b\naccess u0\n', null],
  ])('%j', (trace, warning) => {
    const run = runTrace({}, trace);
    const said = exportWarning('kvm-unit-tests', run);
    if (warning === null) expect(said).toBeNull();
    else expect(said).toContain(warning);
    expect(exportTrace('kvm-unit-tests', run).includes('WARNING')).toBe(warning !== null);
  });

  it('is also one that is stale where no access reads', () => {
    const trace = 'access u0\nwrite-pte a:u0 f2\nwrite-pte b:u0 f2\nmov-cr3 b\nmov-cr4 pcide=1\naccess u0\n';
    const run = runTrace({ kernel: 'v5.13' }, trace);
    expect(run.replay.verdict).toBe('stale');
    expect(exportWarning('kvm-unit-tests', run)).toContain('no access of it reads what is stale');
    const shown = runTrace({ kernel: 'v5.13' }, `${trace}mov-cr3 a noflush\naccess u0\n`);
    expect(exportWarning('kvm-unit-tests', shown)).toBeNull();
  });
});

describe('the tables of a test', () => {
  it('have level-1 entries 8 apart', () => {
    const code = exportTrace(
      'kvm-unit-tests',
      runTrace({ layout: 'shared' }, 'write-pte a:u1 f2\naccess u1'),
    );
    expect(code).toContain('WRITE_ONCE(table[TABLE_S][8], USER_PTE(2))');
    expect(code).toContain('#define U1\t((unsigned long *)(USER_HALF + 8 * PAGE_SIZE))');
  });

  it('have levels between that are private to a page and what it leads to, and shared where that is', () => {
    const linksOf = (layout: LayoutName) =>
      [
        ...exportTrace('kvm-unit-tests', runTrace({ layout }, 'access k0')).matchAll(
          /\tlink\[(\w+)\] = new_link\(.*, (\d)\)/g,
        ),
      ].map(([, name, between]) => `${name} ${between}`);
    expect(linksOf('kernel')).toEqual(['A_TO_A_U 2', 'A_TO_K 2', 'B_TO_K 2', 'B_TO_B_U 2']);
    expect(linksOf('upper')).toEqual(['K_DIR_TO_K 1', 'A_TO_K_DIR 0', 'B_TO_K_DIR 0']);
  });
});

function matches(lines: readonly string[], pattern: RegExp): RegExpExecArray[] {
  return lines.map((line) => pattern.exec(line)).filter((found) => found !== null);
}

function hex(word: string | undefined): bigint {
  return BigInt(`0x${word}`);
}

function bit(value: bigint, number: bigint): number {
  return Number((value >> number) & 1n);
}
