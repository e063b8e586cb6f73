import { heldBy } from '../../../spec/properties/judge.ts';
import type { Held } from '../../../spec/properties/property.ts';
import {
  type Context,
  cachedRoots,
  contexts,
  holderOf,
  isAllowed,
  shadowWalk,
} from '../../../spec/properties/vtlb.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { VirtualPage } from '../../../spec/state/names.ts';
import { formatCr3, pcidOf } from '../../../spec/state/registers.ts';
import type { Tlb } from '../../../spec/state/tlb.ts';
import { type Vcpu, vpidInUse } from '../../../spec/state/vcpu.ts';
import { walk } from '../../../spec/state/walk.ts';
import type { World } from '../../../spec/world/world.ts';
import { formatRoot } from '../../report/state.ts';

/**
 * How a value stands to what the guest may see: `within`, the vTLB shows it and the guest's TLB may hold it; `unused`,
 * the guest's may hold it and the vTLB does not show it; `stale`, the vTLB shows it and the guest's may not hold it.
 * `outside` is of a cached root that is outside the vTLB; `plain` is of what has no such standing.
 */
type Mark = 'plain' | 'outside' | 'within' | 'unused' | 'stale';

/** Some values, and what they are of: a space, a CR3 value or a PCID; null where there is one such thing only. */
export interface Line {
  readonly label: string | null;
  readonly values: readonly { readonly text: string; readonly mark: Mark }[];
}

/** Something to watch. */
export interface Column {
  readonly name: string;
  readonly doc: string;
  /** Whose it is: the same under every kernel, KVM's to decide, or KVM's beside the guest's. */
  readonly side: 'guest' | 'kvm' | 'inclusion';
  /** Whether to leave it out where it never changes. */
  readonly onlyIfItVaries?: true;
}

/** Columns that are read together. */
interface Group {
  readonly name: string;
  /** What is always watched; what is not may be left out where nothing changes in it. */
  readonly isAlwaysWatched: boolean;
  readonly columns: readonly Column[];
  /** The lines of each column. */
  readonly read: (machine: Machine) => Line[][];
}

/** For each vCPU its registers and roots, then each page. */
export function columnsOf(world: World): Group[] {
  const { bounds, virtualPages } = world.layout;
  const isOnly = bounds.vcpus === 1;
  return Array.from({ length: bounds.vcpus }, (_, cpu) => {
    const name = (what: string) => (isOnly ? what : `cpu ${cpu}: ${what}`);
    const pages = virtualPages.map((page) => pageGroup(world, page, cpu, name(page)));
    return [registersGroup(cpu, name('registers and roots')), ...pages];
  }).flat();
}

const REGISTERS: readonly (Column & { readonly of: (vcpu: Vcpu) => string })[] = [
  { name: 'CR3', doc: 'space and bits 11:0', side: 'guest', of: ({ guest }) => formatCr3(guest.cr3) },
  { name: 'PCIDE', doc: 'CR4.PCIDE', side: 'guest', of: ({ guest }) => bit(guest.cr4.pcide) },
  { name: 'PGE', doc: 'CR4.PGE', side: 'guest', of: ({ guest }) => bit(guest.cr4.pge), onlyIfItVaries: true },
  {
    name: 'SMEP',
    doc: 'CR4.SMEP',
    side: 'guest',
    of: ({ guest }) => bit(guest.cr4.smep),
    onlyIfItVaries: true,
  },
  { name: 'WP', doc: 'CR0.WP', side: 'guest', of: ({ guest }) => bit(guest.cr0.wp), onlyIfItVaries: true },
  {
    name: 'runs',
    doc: 'L1, or L2 with or without a VPID of its own',
    side: 'guest',
    of: ({ guest }) => (guest.guestMode ? (guest.ownVpid ? 'L2 vpid02' : 'L2') : 'L1'),
    onlyIfItVaries: true,
  },
];

const bit = (value: boolean) => (value ? '1' : '0');

function registersGroup(cpu: number, name: string): Group {
  const roots: Column[] = [
    { name: 'root', doc: 'the current root, by the CR3 value it was built for', side: 'kvm' },
    {
      name: 'prev_roots',
      doc: 'cached roots; in brackets while PCIDE=0 keeps them outside the vTLB',
      side: 'kvm',
    },
  ];
  return {
    name,
    isAlwaysWatched: true,
    columns: [...REGISTERS, ...roots],
    read: ({ vcpus }) => {
      const vcpu = vcpus[cpu] as Vcpu;
      const { mmu, guest } = vcpu;
      const mark = guest.cr4.pcide ? 'plain' : 'outside';
      return [
        ...REGISTERS.map(({ of }) => [plain(null, of(vcpu))]),
        [plain(null, formatRoot(mmu.root))],
        [
          {
            label: null,
            values: mmu.prevRoots.map((root) => ({ text: formatRoot(root), mark: root ? mark : 'plain' })),
          },
        ],
      ];
    },
  };
}

function pageGroup(world: World, page: VirtualPage, cpu: number, name: string): Group {
  const entry: Column = {
    name: 'entry',
    doc: `what a walk of the guest's tables finds for ${page}`,
    side: 'guest',
  };
  const columns: Column[] = [
    { name: 'guest TLB', doc: "what the guest's own TLB may hold, by PCID", side: 'guest' },
    {
      name: 'root, prev_roots',
      doc: 'what a walk of each root finds, by the CR3 value of the root',
      side: 'kvm',
    },
    { name: 'hardware TLB', doc: 'what the hardware TLB may hold, by PCID', side: 'kvm' },
    {
      name: 'vTLB within guest',
      doc: 'safety: what the vTLB may show, within the frame of what the guest may see. Outside it is stale',
      side: 'inclusion',
    },
  ];
  return {
    name,
    isAlwaysWatched: false,
    columns: cpu === 0 ? [entry, ...columns] : columns,
    read: (machine) => {
      const vcpu = machine.vcpus[cpu] as Vcpu;
      const { guest, hardware } = vcpu.tlbs[vpidInUse(vcpu.guest)];
      return [
        ...(cpu === 0 ? [entryLines(world, machine, page)] : []),
        tlbLines(guest, page),
        rootLines(world, machine, vcpu, page),
        tlbLines(hardware, page),
        inclusionLines(world, machine, cpu, page),
      ];
    },
  };
}

function plain(label: string | null, ...texts: readonly string[]): Line {
  return { label, values: texts.map((text) => ({ text, mark: 'plain' })) };
}

function entryLines({ layout }: World, { memory }: Machine, page: VirtualPage): Line[] {
  const path = layout.paths[page] as readonly number[];
  return layout.spaces.map((space) => plain(space, walk(memory, space, path) ?? 'none'));
}

function tlbLines(tlb: Tlb, page: VirtualPage): Line[] {
  const entries = tlb.filter((entry) => entry.page === page);
  return [...new Set(entries.map(({ pcid }) => pcid))].map((tag) =>
    plain(`${tag}`, ...entries.filter(({ pcid }) => pcid === tag).map(({ frame }) => frame)),
  );
}

function rootLines(world: World, machine: Machine, vcpu: Vcpu, page: VirtualPage): Line[] {
  const inVtlb = contexts(vcpu);
  const outside = vcpu.guest.cr4.pcide ? [] : cachedRoots(vcpu);
  return [...inVtlb, ...outside].map((context) => ({
    label: formatCr3(context.cr3),
    values: [
      {
        text: shadowWalk(world, machine, context, page) ?? 'none',
        mark: outside.includes(context) ? ('outside' as const) : ('plain' as const),
      },
    ],
  }));
}

/** A line for each CR3 value of the vTLB: what it may show, and what the guest may see. */
function inclusionLines(world: World, machine: Machine, cpu: number, page: VirtualPage): Line[] {
  const { guest } = machine.vcpus[cpu] as Vcpu;
  const held = heldBy(world.layout, machine, cpu).filter((each) => each.page === page);
  return contexts(machine.vcpus[cpu] as Vcpu).map((context) => {
    const pcid = pcidOf(guest.cr4, context.cr3);
    const values = held
      .filter((each) => each.pcid === pcid)
      .flatMap((each) => {
        const mark = standing(world, machine, context, each);
        return mark === null ? [] : [{ text: each.frame, mark }];
      });
    return { label: formatCr3(context.cr3), values };
  });
}

function standing(world: World, machine: Machine, context: Context, held: Held): Mark | null {
  const shown = holderOf(world, machine, context, held) !== null;
  if (isAllowed(world, machine, context, held)) return shown ? 'within' : 'unused';
  return shown ? 'stale' : null;
}
