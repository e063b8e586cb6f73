import type { Event } from '../../../spec/events/event.ts';
import { whyNotReal } from '../../kvm/paging.ts';
import { formatKernelName } from '../../report/check.ts';
import { wrap } from '../../report/wrap.ts';
import { formatEvent } from '../../trace/print.ts';
import { ExportError } from '../export-error.ts';
import { reproduceLines } from '../reproduce.ts';
import type { TraceRun } from '../trace-run.ts';
import { type Allowed, allowedReads } from './allowed.ts';
import { frameSet, type Instruction, instructionFor } from './instruction.ts';
import { tableDeclarations, tableSetup } from './setup.ts';
import { whatIsUnseen } from './unseen.ts';

/** An event with all that the test says of it. */
interface Part extends Instruction {
  readonly event: string;
  readonly line: number;
  readonly faults: boolean;
  readonly allowed: Allowed | null;
}

/**
 * A test in C by the conventions of kvm-unit-tests: the guest's tables, the trace an instruction an event, and
 * then a report for each access, of whether it read a frame that the SDM allows. Nothing is printed while the
 * trace runs, so that no exit comes between its events but their own.
 *
 * @throws ExportError at the first event that no instruction of a guest on one vCPU brings about, and for a layout
 *   in which a read may find a page table
 */
export function toKvmUnitTest(run: TraceRun): string {
  const unreal = whyNotReal(run.world.layout);
  if (unreal !== null) throw new ExportError(`no kvm-unit-tests test has such a guest: ${unreal}`);
  const events = run.replay.steps.map(({ event }) => event);
  const allowed = allowedReads(run.world, events);
  const parts = run.replay.steps.map((step, i): Part => {
    const line = run.lines[i] ?? i + 1;
    const found = instructionFor(run.world, step);
    const event = formatEvent(step.event);
    if ('refused' in found) {
      throw new ExportError(`'${event}' cannot be part of a kvm-unit-tests test: ${found.refused}`, line);
    }
    return { ...found, event, line, faults: step.exit.outcome === '#GP', allowed: allowed[i] ?? null };
  });
  return [
    ...heading(run, parts),
    '',
    ...INCLUDES,
    '',
    ...(parts.some(({ code }) => code.includes('CR3_NOFLUSH'))
      ? ['#define CR3_NOFLUSH\t(1ull << 63)', '']
      : []),
    ...tableDeclarations(run.world.layout),
    '',
    ...resultDeclarations(parts),
    ...tableSetup(run.world.layout),
    '',
    ...helpers(parts),
    ...runFunction(parts),
    '',
    ...reportFunction(parts),
    '',
    ...mainFunction(events),
    '',
  ].join('\n');
}

const INCLUDES = [
  'libcflat.h',
  'processor.h',
  'desc.h',
  'vm.h',
  'vmalloc.h',
  'alloc_page.h',
  'linux/compiler.h',
].map((header) => `#include "${header}"`);

/** The reads that the kernel may answer by what the SDM does not allow. */
function failingReads({ replay }: TraceRun, parts: readonly Part[]): string[] {
  return parts.flatMap(({ line, allowed }, i) => {
    const stale =
      replay.steps[i]?.exit.sees.filter((frame) => allowed && !allowed.frames.includes(frame)) ?? [];
    return stale.length === 0 ? [] : [`that in line ${line}, which finds ${stale.join(' or ')}`];
  });
}

function heading(run: TraceRun, parts: readonly Part[]): string[] {
  const warning = whatIsUnseen(run);
  const kernel = `kernel ${formatKernelName(run)}`;
  const verdict = `vtlb calls this trace ${run.replay.verdict} on ${kernel}, contract ${run.contract}.`;
  const fails = failingReads(run, parts).join(', ');
  const expected =
    fails === '' ? `Every read passes on ${kernel}.` : `On ${kernel} a read may fail: ${fails}.`;
  const text = [
    ...wrap(`${verdict} ${expected}`, 76),
    '',
    'Each read must find a frame that the SDM allows: one that the TLB of the',
    "processor could hold, or one that the guest's tables map. A failure is a",
    'stale translation; a pass is no proof, since a TLB may drop what it holds.',
    'With two-dimensional paging every read passes.',
    '',
    ...(warning === null ? [] : [...wrap(`WARNING: ${warning}`, 76), '']),
    'To run it, as x86/NAME.c of kvm-unit-tests: in x86/Makefile.x86_64',
    '',
    '\ttests += $(TEST_DIR)/NAME.$(exe)',
    '',
    'and in x86/unittests.cfg, on AMD with /sys/module/kvm_amd/parameters/npt=N:',
    '',
    '\t[NAME]',
    '\tfile = NAME.flat',
    '\tarch = x86_64',
    '\tqemu_params = -cpu host',
    '\taccel = kvm',
    '\tcheck = /sys/module/kvm_intel/parameters/ept=N',
    '',
    'The trace, whose lines are those that the reports name:',
    '',
    ...reproduceLines(run, 'as in the trace'),
  ];
  return ['/*', ...text.map((line) => ` * ${line.replaceAll('*/', '* /')}`.trimEnd()), ' */'];
}

function kept(parts: readonly Part[]): Part[] {
  return parts.filter(({ gives }) => gives !== null);
}

function resultDeclarations(parts: readonly Part[]): string[] {
  const count = kept(parts).length;
  return count === 0
    ? []
    : [
        '/* What the trace came to, to be reported when it is over. */',
        `static unsigned long got[${count}];`,
        '',
      ];
}

/** The functions that the trace needs; those it does not are left out, since gcc warns of them. */
function helpers(parts: readonly Part[]): string[] {
  const uses = (call: string) => parts.some(({ code }) => code.startsWith(call));
  return [
    ...CR3_OF,
    ...(uses('load(') ? [...LOAD, ...IS_ONE_OF] : []),
    ...(uses('store_faults(') ? STORE_FAULTS : []),
    ...(uses('invpcid(') ? INVPCID : []),
  ];
}

const CR3_OF = [
  'static unsigned long cr3_of(int space)',
  '{',
  '\treturn virt_to_phys(table[space]);',
  '}',
  '',
];

const LOAD = [
  'struct load {',
  '\tunsigned long *page;',
  '\tunsigned long value;',
  '};',
  '',
  'static void do_load(void *data)',
  '{',
  '\tstruct load *load = data;',
  '',
  '\tload->value = READ_ONCE(*load->page);',
  '}',
  '',
  '/* The number of the frame that a read finds; 0 for a page fault. */',
  'static unsigned long load(unsigned long *page)',
  '{',
  '\tstruct load load = { .page = page };',
  '',
  '\treturn test_for_exception(PF_VECTOR, do_load, &load) ? 0 : load.value;',
  '}',
  '',
];

const IS_ONE_OF = [
  '/* Whether a read came to one of a set, a bit each; a page of something else may hold any number. */',
  'static bool is_one_of(unsigned long value, unsigned long set)',
  '{',
  '\treturn value <= FRAMES && (BIT(value) & set);',
  '}',
  '',
];

const STORE_FAULTS = [
  'static void do_store(void *data)',
  '{',
  '\tWRITE_ONCE(*(unsigned long *)data, 0);',
  '}',
  '',
  '/* Frames are mapped read-only, so that a store gets a page fault. */',
  'static bool store_faults(unsigned long *page)',
  '{',
  '\treturn test_for_exception(PF_VECTOR, do_store, page);',
  '}',
  '',
];

const INVPCID = [
  'static int invpcid(unsigned long type, u64 pcid, void *addr)',
  '{',
  '\tstruct invpcid_desc desc = { .pcid = pcid, .addr = (u64)addr };',
  '',
  '\treturn invpcid_safe(type, &desc);',
  '}',
  '',
];

function runFunction(parts: readonly Part[]): string[] {
  let slot = 0;
  return [
    'static void run_trace(void)',
    '{',
    ...parts.flatMap(({ event, line, code, gives }) => [
      `\t/* line ${line}: ${event} */`,
      `\t${gives === null ? '' : `got[${slot++}] = `}${code};`,
    ]),
    '}',
  ];
}

function reportFunction(parts: readonly Part[]): string[] {
  return ['static void report_trace(void)', '{', ...kept(parts).flatMap(reportLines), '}'];
}

function reportLines({ gives, event, line, faults, allowed }: Part, slot: number): string[] {
  const what = `line ${line}: ${event}`;
  if (gives === 'frame' && allowed !== null) {
    const names = [...allowed.frames, ...(allowed.fault ? ['a page fault'] : [])].join(' or ');
    return [
      `\treport(is_one_of(got[${slot}], ${frameSet(allowed.frames, allowed.fault)}),`,
      `\t       "${what}: expected ${names}, found f%lu (f0: page fault)", got[${slot}]);`,
    ];
  }
  if (gives === 'whether it faults') return [`\treport(got[${slot}], "${what}: #PF");`];
  return faults
    ? [`\treport(got[${slot}] == GP_VECTOR, "${what}: #GP");`]
    : [`\treport(got[${slot}] == 0, "${what}: no fault");`];
}

function mainFunction(events: readonly Event[]): string[] {
  const needed = [
    ...(events.some((event) => event.kind === 'mov-cr4' && event.bits.pcide) ? ['PCID'] : []),
    ...(events.some(({ kind }) => kind === 'invpcid') ? ['INVPCID'] : []),
    ...(events.some((event) => event.kind === 'mov-cr4' && event.bits.smep) ? ['SMEP'] : []),
  ];
  return [
    'int main(int ac, char **av)',
    '{',
    '\tulong cr0, cr3, cr4;',
    '',
    ...needed.flatMap((feature) => [
      `\tif (!this_cpu_has(X86_FEATURE_${feature})) {`,
      `\t\treport_skip("no ${feature}");`,
      '\t\treturn report_summary();',
      '\t}',
    ]),
    '\tsetup_vm();',
    '\tsetup_tables();',
    '\tcr0 = read_cr0();',
    '\tcr3 = read_cr3();',
    '\tcr4 = read_cr4();',
    '',
    '\twrite_cr4(cr4 & ~(X86_CR4_PCIDE | X86_CR4_PGE | X86_CR4_SMEP));',
    '\twrite_cr0(cr0 | X86_CR0_WP);',
    '\twrite_cr3(cr3_of(SPACE_A));',
    '\trun_trace();',
    '\twrite_cr4(cr4);',
    '\twrite_cr3(cr3);',
    '\twrite_cr0(cr0);',
    '',
    '\treport_trace();',
    '\treturn report_summary();',
    '}',
  ];
}
