import {
  type Context,
  cachedRootAt,
  cachedRoots,
  contextAt,
  contexts,
  translationsOf,
} from '../../spec/properties/vtlb.ts';
import { KVM_VCPU, UNDER_VPID } from '../../spec/schema/schema.ts';
import type { AnySchema, Sorts } from '../../spec/schema/sorts.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Pcid } from '../../spec/state/names.ts';
import { type Cr3, formatCr3, pcidOf } from '../../spec/state/registers.ts';
import { REQUESTS } from '../../spec/state/requests.ts';
import { hasUnsync } from '../../spec/state/shadow.ts';
import type { TlbEntry } from '../../spec/state/tlb.ts';
import { activePcid, type Vcpu, vpidInUse } from '../../spec/state/vcpu.ts';
import type { World } from '../../spec/world/world.ts';
import { IS_SET, keyOf, tlbPlace } from './keys.ts';
import type {
  ElsewherePicture,
  NotePicture,
  RegisterPicture,
  RootPicture,
  SlotPicture,
  Stale,
  TagPicture,
  TlbEntryPicture,
  TranslationPicture,
  VcpuPicture,
} from './picture.ts';
import type { StaleSince } from './stale.ts';

/** What is needed to draw a vCPU. */
interface Drawn {
  readonly world: World;
  readonly machine: Machine;
  readonly cpu: number;
  readonly vcpu: Vcpu;
  readonly since: StaleSince;
}

/** Draws one vCPU. */
export function drawVcpu(world: World, machine: Machine, cpu: number, since: StaleSince): VcpuPicture {
  const vcpu = machine.vcpus[cpu] as Vcpu;
  const drawn: Drawn = { world, machine, cpu, vcpu, since };
  const { guest, mmu } = vcpu;
  const { hardwareCr3 } = mmu;
  return {
    cpu,
    ...flagsOf(KVM_VCPU, vcpu, cpu),
    pcide: guest.cr4.pcide,
    cr3: formatCr3(guest.cr3),
    hardwareCr3: hardwareCr3 && { key: keyOf.ofVcpu(cpu, 'hardware CR3'), ...hardwareCr3 },
    slots: slotsOf(drawn),
    requests: REQUESTS.filter((request) => mmu.requests.includes(request)),
    tags: tagsOf(drawn),
    elsewhere: elsewhereOf(drawn),
  };
}

/** What people name by a value, in the order of the schema; and, as notes, the other flags that are set. */
function flagsOf(schema: AnySchema, part: object, cpu: number): Pick<VcpuPicture, 'registers' | 'notes'> {
  const registers: RegisterPicture[] = [];
  const notes: NotePicture[] = [];
  for (const [field, sort] of Object.entries(schema)) {
    const value: unknown = part[field as never];
    if (sort.kind === 'parts' || sort.kind === 'register') {
      const inside = flagsOf(sort.of, value as object, cpu);
      registers.push(...inside.registers);
      notes.push(...inside.notes);
    } else if (sort.kind === 'flag' && sort.turns !== undefined) {
      if (value) notes.push({ key: keyOf.ofVcpu(cpu, sort.called), text: sort.turns[0] });
    } else if (sort.kind === 'page flags') {
      for (const [page, isSet] of Object.entries(value as Sorts['page flags']))
        if (isSet) notes.push({ key: keyOf.table(page), text: `${page} ${(sort.turns ?? IS_SET)[0]}` });
    } else if (sort.kind === 'flag' || sort.kind === 'cr3') {
      const text = sort.kind === 'cr3' ? formatCr3(value as Cr3) : value ? '1' : '0';
      registers.push({ key: keyOf.ofVcpu(cpu, sort.called), name: sort.called, value: text });
    }
  }
  return { registers, notes };
}

function slotsOf(drawn: Drawn): SlotPicture[] {
  const { cpu } = drawn;
  const { guest, mmu } = drawn.vcpu;
  const slot = (holder: SlotPicture['holder'], context: Context | null, inVtlb: boolean): SlotPicture => ({
    key: keyOf.ofVcpu(cpu, holder),
    holder,
    inVtlb,
    root: context && drawRoot(drawn, context, inVtlb),
  });
  return [
    slot('root', contextAt(drawn.vcpu, 0), true),
    ...mmu.prevRoots.map((_, i) =>
      slot(`prev_roots[${i}]`, cachedRootAt(drawn.vcpu, i + 1), guest.cr4.pcide),
    ),
  ];
}

function drawRoot({ world, machine, cpu, since }: Drawn, context: Context, inVtlb: boolean): RootPicture {
  const { pgd, page } = context.root;
  const sp = machine.shadow[page];
  const translations: TranslationPicture[] = translationsOf(world, machine, cpu, context)
    .filter(({ holder }) => holder !== 'hardware TLB')
    .map((translation) => ({
      page: translation.page,
      frame: translation.frame,
      stale: inVtlb ? since.root(cpu, context.cr3, translation.page, translation.frame) : null,
      staleIfUsed: !inVtlb && !translation.allowed,
    }));
  return {
    cr3: formatCr3(pgd),
    page,
    unsync: sp !== undefined && hasUnsync(sp),
    obsolete: sp?.obsolete ?? false,
    translations,
    stale: translations.map(({ stale }) => stale).reduce(longer, null),
  };
}

function longer(one: Stale, other: Stale): Stale {
  if (one === null || other === null) return one ?? other;
  return one.since <= other.since ? one : other;
}

/** PCIDs in their order, then `global`. */
function tagsOf(drawn: Drawn): TagPicture[] {
  const { guest: state, tlbs } = drawn.vcpu;
  const { guest, hardware } = tlbs[vpidInUse(state)];
  const active = activePcid(state);
  const tags = new Set<Pcid | 'global'>([active, ...[...hardware, ...guest].map(({ pcid }) => pcid)]);
  const rank = (tag: Pcid | 'global') => (tag === 'global' ? Number.POSITIVE_INFINITY : tag);
  const of = (side: 'hardware' | 'guest', tlb: readonly TlbEntry[], tag: Pcid | 'global') =>
    tlb
      .filter(({ pcid }) => pcid === tag)
      .map((entry) => tlbEntry(drawn, tlbPlace(UNDER_VPID[side].called), entry));
  return [...tags]
    .sort((one, other) => rank(one) - rank(other))
    .map((tag) => ({
      tag,
      active: tag === active || tag === 'global',
      hardware: of('hardware', hardware, tag),
      guest: of('guest', guest, tag),
    }));
}

function elsewhereOf(drawn: Drawn): ElsewherePicture[] {
  const { guest, tlbs } = drawn.vcpu;
  const inUse = vpidInUse(guest);
  const other = tlbs[inUse === 'vpid01' ? 'vpid02' : 'vpid01'];
  const at = (tlb: 'hardware' | 'guest' | 'away', isInUse: boolean): ElsewherePicture => {
    const name = tlbPlace(UNDER_VPID[tlb].called, isInUse);
    const entries = (isInUse ? tlbs[inUse] : other)[tlb];
    return { name, entries: entries.map((entry) => tlbEntry(drawn, name, entry)) };
  };
  return [at('away', true), at('hardware', false), at('guest', false), at('away', false)];
}

function tlbEntry({ cpu, vcpu, since }: Drawn, place: string, entry: TlbEntry): TlbEntryPicture {
  const { pcid, page, frame } = entry;
  const reached = contexts(vcpu).some(({ cr3 }) => pcidOf(vcpu.guest.cr4, cr3) === pcid);
  const inVtlb = place === tlbPlace(UNDER_VPID.hardware.called) && reached;
  return {
    key: keyOf.tlbEntry(cpu, place, entry),
    tag: pcid,
    page,
    frame,
    inVtlb,
    stale: inVtlb && pcid !== 'global' ? since.hardware(cpu, pcid, page, frame) : null,
  };
}

/** The slots of a machine that hold a shadow page, with their vCPU where there are several. */
export function holdersOf(machine: Machine, page: string): string[] {
  return machine.vcpus.flatMap((vcpu, cpu) => {
    const prefix = machine.vcpus.length > 1 ? `cpu ${cpu} ` : '';
    const current = vcpu.mmu.root?.page === page ? [`${prefix}root`] : [];
    const cached = cachedRoots(vcpu).filter(({ root }) => root.page === page);
    return [...current, ...cached.map(({ holder }) => `${prefix}${holder}`)];
  });
}
