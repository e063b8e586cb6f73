import { isUnsyncRoot } from '../../spec/kvm/sync.ts';
import { cachedRoots, contexts, isAllowed, translationsOf } from '../../spec/properties/vtlb.ts';
import type { Machine, World } from '../../spec/state/machine.ts';
import type { Pcid } from '../../spec/state/names.ts';
import { formatCr3, pcidOf } from '../../spec/state/registers.ts';
import { REQUESTS } from '../../spec/state/requests.ts';
import type { TlbEntry } from '../../spec/state/tlb.ts';
import { activePcid, type Root, type Vcpu } from '../../spec/state/vcpu.ts';
import type {
  ElsewherePicture,
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
  const { hardwareCr3, requests, guestMode, ownVpid, entryFails } = vcpu;
  return {
    cpu,
    registers: registersOf(drawn),
    pcide: vcpu.cr4.pcide,
    cr3: formatCr3(vcpu.cr3),
    hardwareCr3: hardwareCr3 && { key: `cpu ${cpu} hardware CR3`, ...hardwareCr3 },
    slots: slotsOf(drawn),
    requests: REQUESTS.filter((request) => requests.includes(request)),
    tags: tagsOf(drawn),
    elsewhere: elsewhereOf(drawn),
    guestMode,
    ownVpid,
    entryFails,
  };
}

function registersOf({ cpu, vcpu: { cr0, cr3, cr4 } }: Drawn): RegisterPicture[] {
  const bit = (value: boolean) => (value ? '1' : '0');
  return [
    ['CR0.WP', bit(cr0.wp)],
    ['CR3', formatCr3(cr3)],
    ['CR4.PCIDE', bit(cr4.pcide)],
    ['CR4.PGE', bit(cr4.pge)],
    ['CR4.SMEP', bit(cr4.smep)],
  ].map(([name = '', value = '']) => ({ key: `cpu ${cpu} ${name}`, name, value }));
}

function slotsOf(drawn: Drawn): SlotPicture[] {
  const { cpu, vcpu } = drawn;
  const slot = (holder: SlotPicture['holder'], root: Root | null, inVtlb: boolean): SlotPicture => ({
    key: `cpu ${cpu} ${holder}`,
    holder,
    inVtlb,
    root: root && drawRoot(drawn, root, inVtlb),
  });
  return [
    slot('root', vcpu.root, true),
    ...vcpu.prevRoots.map((root, i) => slot(`prev_roots[${i}]`, root, vcpu.cr4.pcide)),
  ];
}

function drawRoot({ world, machine, cpu, since }: Drawn, root: Root, inVtlb: boolean): RootPicture {
  const { pgd, page } = root;
  const sp = machine.shadow[page];
  const translations: TranslationPicture[] = translationsOf(world, machine, cpu, { holder: 'root', root })
    .filter(({ holder }) => holder !== 'hardware TLB')
    .map((translation) => ({
      page: translation.page,
      frame: translation.frame,
      stale: inVtlb ? since.root(cpu, pgd, translation.page, translation.frame) : null,
      staleIfUsed: !inVtlb && !isAllowed(world, machine, translation),
    }));
  return {
    cr3: formatCr3(pgd),
    page,
    unsync: sp !== undefined && isUnsyncRoot(sp),
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
  const { vcpu } = drawn;
  const active = activePcid(vcpu);
  const tags = new Set<Pcid | 'global'>([
    active,
    ...[...vcpu.hardwareTlb, ...vcpu.guestTlb].map(({ pcid }) => pcid),
  ]);
  const rank = (tag: Pcid | 'global') => (tag === 'global' ? Number.POSITIVE_INFINITY : tag);
  const of = (side: 'hardware' | 'guest', tlb: readonly TlbEntry[], tag: Pcid | 'global') =>
    tlb.filter(({ pcid }) => pcid === tag).map((entry) => tlbEntry(drawn, side, entry));
  return [...tags]
    .sort((one, other) => rank(one) - rank(other))
    .map((tag) => ({
      tag,
      active: tag === active || tag === 'global',
      hardware: of('hardware', vcpu.hardwareTlb, tag),
      guest: of('guest', vcpu.guestTlb, tag),
    }));
}

function elsewhereOf(drawn: Drawn): ElsewherePicture[] {
  const { awayTlb, otherVpid } = drawn.vcpu;
  return [
    { name: 'TLB of the other physical CPU', tlb: awayTlb },
    { name: 'hardware TLB under the other VPID', tlb: otherVpid.hardwareTlb },
    { name: 'guest TLB under the other VPID', tlb: otherVpid.guestTlb },
  ].map(({ name, tlb }) => ({
    name,
    entries: tlb.map((each) => {
      const entry = tlbEntry(drawn, 'elsewhere', each);
      return { ...entry, key: `${entry.key}, ${name}` };
    }),
  }));
}

function tlbEntry(
  { cpu, vcpu, since }: Drawn,
  side: 'hardware' | 'guest' | 'elsewhere',
  { pcid, page, frame }: TlbEntry,
): TlbEntryPicture {
  const reached = contexts(vcpu).some(({ root }) => pcidOf(vcpu.cr4, root.pgd) === pcid);
  const inVtlb = side === 'hardware' && reached;
  return {
    key: `cpu ${cpu} ${side} TLB ${pcid} ${page} ${frame}`,
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
    const current = vcpu.root?.page === page ? [`${prefix}root`] : [];
    const cached = cachedRoots(vcpu).filter(({ root }) => root.page === page);
    return [...current, ...cached.map(({ holder }) => `${prefix}${holder}`)];
  });
}
