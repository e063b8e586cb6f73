import type { Command } from 'commander';
import type { ExitCode } from './exit-code.ts';

/** Makes a command, which tells `finish` what the process is to end with. */
type MakeCommand = (finish: (code: ExitCode) => void) => Command;

/** A command as `vtlb --help` lists it. */
export interface CommandEntry {
  readonly name: string;
  readonly doc: string;
  /** What its exit codes mean, where they do not mean what they mean for the others. */
  readonly exitCodes?: string;
  /** Whether it looks at all the others, which then are loaded too. */
  readonly looksAtAll?: true;
  /** Loads the command's own module, and with it all that its work needs. */
  readonly load: () => Promise<MakeCommand>;
}

/** Every command. Only what is asked for is loaded, so that `vtlb --help` starts at once. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'review',
    doc: 'review the patch "KVM: X86: Cache CR3 in prev_roots when PCID is disabled", claim by claim',
    load: async () => (await import('./commands/review.ts')).reviewCommand,
  },
  {
    name: 'check',
    doc: 'search every reachable state for a broken property',
    exitCodes: '0 holds, 1 violated, 2 bad usage or input, 3 stopped by a limit, or not exercised',
    load: async () => (await import('./commands/check.ts')).checkCommand,
  },
  {
    name: 'prove',
    doc: 'prove that nothing stale is usable, for any number of everything, on tables of two and three levels',
    exitCodes: '0 proved, 1 broken by a trace, 2 bad usage or input, 3 open, or stopped by a limit',
    load: async () => (await import('./commands/prove.ts')).proveCommand,
  },
  {
    name: 'sweep',
    doc: 'plan many searches for several machines, carry them out, and say what came of them',
    exitCodes:
      '0 holds, or planned, 1 violated, 2 bad usage or input, or an answer is refused, 3 incomplete, open, or not exercised',
    load: async () => (await import('./commands/sweep.ts')).sweepCommand,
  },
  {
    name: 'replay',
    doc: 'carry out a trace and check every property at every step',
    load: async () => (await import('./commands/replay.ts')).replayCommand,
  },
  {
    name: 'explore',
    doc: 'step through a machine on a page in the browser',
    load: async () => (await import('./commands/explore.ts')).exploreCommand,
  },
  {
    name: 'export',
    doc: 'carry out a trace and write it in a form for others to read',
    load: async () => (await import('./commands/export.ts')).exportCommand,
  },
  {
    name: 'kernels',
    doc: 'the decisions and how each kernel decides them, or what differs between two',
    load: async () => (await import('./commands/kernels.ts')).kernelsCommand,
  },
  {
    name: 'compare',
    doc: 'two kernels side by side: what they decide otherwise, and a shortest trace that shows it',
    exitCodes: '0 no difference, 1 some difference, 2 bad usage or input, 3 stopped by a limit before any',
    load: async () => (await import('./commands/compare.ts')).compareCommand,
  },
  {
    name: 'mutate',
    doc: "change each decision to each of its other values, one at a time, and find what breaks without the kernel's own",
    load: async () => (await import('./commands/mutate.ts')).mutateCommand,
  },
  {
    name: 'cost',
    doc: 'count what workloads cost on kernels: exits, root loads, syncs, flushes',
    load: async () => (await import('./commands/cost.ts')).costCommand,
  },
  {
    name: 'bugs',
    doc: 'bugs that KVM had; with a number, one of them replayed before and after its fix',
    load: async () => (await import('./commands/bugs.ts')).bugsCommand,
  },
  {
    name: 'conform',
    doc: "replay a trace on the specification and on Linux's own MMU code",
    load: async () => (await import('./commands/conform.ts')).conformCommand,
  },
  {
    name: 'kvm',
    doc: 'run a trace on a running KVM, in an emulator, and hold what it reads against the specification',
    exitCodes:
      '0 agrees, 1 differs, 2 bad usage or input, 3 stopped by a limit, or not carried out to its end',
    load: async () => (await import('./commands/kvm.ts')).kvmCommand,
  },
  {
    name: 'completion',
    doc: 'print what completes the commands, options and names of vtlb in a shell',
    looksAtAll: true,
    load: async () => (await import('./commands/completion.ts')).completionCommand,
  },
];
