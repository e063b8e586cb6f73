import type { KvmStep } from '../kvm/compare.ts';
import type { Expected } from '../kvm/expect.ts';
import { formatEvent } from '../trace/print.ts';
import { formatTable } from './table.ts';

/** What a trace came to on a running KVM. */
export interface KvmReport {
  /** What was booted: the kernel's release, and the emulator. */
  readonly release: string;
  readonly emulator: string;
  /** The record that it is held against, as reports name it. */
  readonly record: string;
  readonly steps: readonly KvmStep[];
  /** What the SDM allows, whatever the record. */
  readonly bySdm: readonly Expected[];
  /** Why the guest did not come to its end; null if it did. */
  readonly stopped: string | null;
}

/** `stopped`: KVM did not carry the whole trace out. */
export type KvmVerdict = 'agrees' | 'differs' | 'stopped';

/** What a trace comes to: a difference that was seen stands, whatever became of the rest. */
export function kvmVerdict({ steps, stopped }: Pick<KvmReport, 'steps' | 'stopped'>): KvmVerdict {
  if (steps.some(({ differs }) => differs)) return 'differs';
  return stopped !== null || steps.some(({ read }) => read === null) ? 'stopped' : 'agrees';
}

const VERDICT: Readonly<Record<KvmVerdict, string>> = {
  agrees: 'AGREES  every event came to what the record allows',
  differs: 'DIFFERS  an event came to something that the record does not allow',
  stopped: 'STOPPED  KVM did not come to the end of the trace',
};

const HEADER = ['', 'step', 'event', 'the record allows', 'KVM came to', 'the SDM allows'];

/** A trace beside what a running KVM made of it. */
export function formatKvm(report: KvmReport, width: number): string {
  const { release, emulator, record, steps, stopped } = report;
  const rows = steps.map((step, i) => row(step, i + 1, report.bySdm[i]?.may ?? []));
  return [
    `Linux ${release} under ${emulator}, beside kernel ${record}`,
    VERDICT[kvmVerdict(report)],
    '',
    formatTable(HEADER, rows, width),
    ...(stopped === null ? [] : ['', `The guest stopped: ${stopped}.`]),
  ].join('\n');
}

/** What the SDM allows stands there where that is not all that KVM came to. */
function row({ event, may, read, differs }: KvmStep, step: number, bySdm: readonly string[]) {
  const beyond = read !== null && !bySdm.includes(read);
  return [
    [differs ? '!=' : ''],
    [`${step}`],
    [formatEvent(event)],
    [may.join(' or ')],
    [read ?? 'not run'],
    [beyond ? bySdm.join(' or ') : ''],
  ];
}
