import type { Machine } from '../../spec/state/machine.ts';
import type { ShadowPage } from '../../spec/state/shadow.ts';
import type { Tlb } from '../../spec/state/tlb.ts';
import { vpidInUse } from '../../spec/state/vcpu.ts';
import type { ReplayStep } from '../replay/replay.ts';
import { formatRoot } from './state.ts';

/**
 * The three parts of a step, a line each: what the handler changed, what the entry changed, what the TLBs
 * took in.
 */
export function formatParts({ before, exited, entered, after }: ReplayStep): string[] {
  return [
    `exit       ${formatChanges(before, exited)}`,
    `enter      ${formatChanges(exited, entered)}`,
    `speculate  ${formatChanges(entered, after)}`,
  ];
}

function formatChanges(before: Machine, after: Machine): string {
  const old = describe(before);
  const now = describe(after);
  const changes = [...new Set([...old.keys(), ...now.keys()])]
    .filter((what) => old.get(what) !== now.get(what))
    .map((what) => `${what}: ${old.get(what) ?? 'absent'} -> ${now.get(what) ?? 'gone'}`);
  return changes.join('; ') || 'nothing';
}

/** Everything that a state holds, each thing by a name of its own. */
function describe(machine: Machine): Map<string, string> {
  const facts = new Map<string, string>();
  for (const [name, page] of Object.entries(machine.memory)) {
    facts.set(`table ${name}`, formatEntries(page.entries));
  }
  for (const [id, sp] of Object.entries(machine.shadow)) facts.set(`shadow ${id}`, formatShadowPage(sp));
  for (const [cpu, vcpu] of machine.vcpus.entries()) {
    const inUse = vpidInUse(vcpu.guest);
    const { guest, hardware } = vcpu.tlbs[inUse];
    const other = vcpu.tlbs[inUse === 'vpid01' ? 'vpid02' : 'vpid01'];
    const prefix = machine.vcpus.length > 1 ? `cpu ${cpu} ` : '';
    facts.set(`${prefix}root`, formatRoot(vcpu.mmu.root));
    facts.set(`${prefix}prev_roots`, vcpu.mmu.prevRoots.map(formatRoot).join(' '));
    facts.set(`${prefix}requests`, vcpu.mmu.requests.join(' ') || 'none');
    facts.set(`${prefix}hardware TLB`, formatTlb(hardware));
    facts.set(`${prefix}guest TLB`, formatTlb(guest));
    facts.set(`${prefix}other VPID, hardware TLB`, formatTlb(other.hardware));
    facts.set(`${prefix}other VPID, guest TLB`, formatTlb(other.guest));
  }
  return facts;
}

function formatEntries(entries: readonly (string | null)[]): string {
  return `[${entries.map((entry) => entry ?? '-').join(' ')}]`;
}

function formatShadowPage(sp: ShadowPage): string {
  const marks = sp.unsyncChildren.flatMap((marked, index) => (marked ? [index] : []));
  const flags = [
    ...(sp.unsync ? ['unsync'] : []),
    ...(marks.length > 0 ? [`unsync below ${marks.join(',')}`] : []),
    ...(sp.obsolete ? ['obsolete'] : []),
  ];
  return [formatEntries(sp.entries), ...flags].join(' ');
}

/** `0:u0=f1` for an entry with PCID 0, `*:k0=f1` for a global one. */
function formatTlb(tlb: Tlb): string {
  return (
    tlb.map(({ pcid, page, frame }) => `${pcid === 'global' ? '*' : pcid}:${page}=${frame}`).join(' ') ||
    'empty'
  );
}
