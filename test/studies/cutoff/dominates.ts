import { isDeepStrictEqual } from 'node:util';
import type { Translation } from '../../../spec/properties/vtlb.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Tlb, TlbEntry } from '../../../spec/state/tlb.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import { noWork } from '../../../spec/state/work.ts';
import type { World } from '../../../spec/world/world.ts';
import { staleByHolder } from '../../../src/replay/stale.ts';
import { differenceAt, said } from '../compare/compare-rows.ts';
import type { Disagreement } from '../compare/difference.ts';

/** Which entries of level-1 shadow pages the smaller world may still have where the larger has none. */
export type MayKeep = (page: string, index: number, entry: string) => boolean;

const NONE: MayKeep = () => false;

/**
 * Whether a smaller machine is the image of a larger one, but for what it may have in excess: entries of the
 * hardware TLB, and entries of level-1 shadow pages that `mayKeep` names. What it has in excess can only make
 * it break safety where the larger does not.
 *
 * @param image of the larger machine, in the smaller world
 */
export function dominates(image: Machine, smaller: Machine, mayKeep: MayKeep = NONE): Disagreement | null {
  const wrong = differenceAt('', withoutExcess(image), withoutExcess(smaller));
  if (wrong !== null) return wrong;
  for (const [name, sp] of Object.entries(image.shadow)) {
    for (const [index, entry] of sp.entries.entries()) {
      const other = smaller.shadow[name]?.entries[index] ?? null;
      const kept = entry === null && other !== null && sp.level === 1 && mayKeep(sp.page, index, other);
      if (entry !== other && !kept) return said(`shadow ${name}[${index}]`, entry, other);
    }
  }
  for (const [cpu, vcpu] of image.vcpus.entries()) {
    const others = hardwareTlb(smaller.vcpus[cpu] as Vcpu);
    const lost = hardwareTlb(vcpu).find((entry) => !others.some((other) => isDeepStrictEqual(entry, other)));
    if (lost !== undefined) return said(`cpu ${cpu} hardware TLB`, lost, others);
  }
  return null;
}

/**
 * Whether every stale translation of a larger machine that `matters` is stale in the smaller one too.
 *
 * @param matters whether a stale translation of this page and frame must not be lost
 */
export function keepsStale(
  larger: readonly [World, Machine],
  smaller: readonly [World, Machine],
  matters: (page: string, frame: string) => boolean,
): Disagreement | null {
  const kept = staleByHolder(...smaller).map(inWords);
  const lost = staleByHolder(...larger)
    .filter(({ page, frame }) => matters(page, frame))
    .map(inWords)
    .find((stale) => !kept.includes(stale));
  return lost === undefined ? null : { field: 'stale translations', one: lost, other: kept.join(' ') };
}

function inWords({ cpu, holder, cr3, page, frame }: Translation): string {
  return `${cpu} ${holder} ${cr3.space}|${cr3.low} ${page} ${frame}`;
}

/** The TLB without entries that occur twice, in one order. */
export function distinct(tlb: readonly TlbEntry[]): TlbEntry[] {
  const texts = [...new Set(tlb.map((entry) => JSON.stringify(entry)))].sort();
  return texts.map((text) => JSON.parse(text) as TlbEntry);
}

function withoutExcess(machine: Machine): Machine {
  return {
    work: noWork(),
    memory: machine.memory,
    writable: machine.writable,
    shadow: Object.fromEntries(
      Object.entries(machine.shadow).map(([name, sp]) => [
        name,
        { ...sp, entries: sp.level === 1 ? [] : sp.entries },
      ]),
    ),
    vcpus: withTlbs(machine, distinct, () => []),
  };
}

/** The vCPUs with changed TLBs under the VPID of L1, the only one that is in use where bounds are studied. */
export function withTlbs(
  { vcpus }: Machine,
  guest: (tlb: readonly TlbEntry[]) => readonly TlbEntry[],
  hardware: (tlb: readonly TlbEntry[]) => readonly TlbEntry[],
): Vcpu[] {
  return vcpus.map((vcpu) => {
    const { vpid01 } = vcpu.tlbs;
    const changed = { ...vpid01, guest: guest(vpid01.guest), hardware: hardware(vpid01.hardware) };
    return { ...vcpu, tlbs: { ...vcpu.tlbs, vpid01: changed } };
  });
}

function hardwareTlb({ tlbs }: Vcpu): Tlb {
  return tlbs.vpid01.hardware;
}
