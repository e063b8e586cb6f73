import type { RowLayout, VpidFields } from '../../../src/engine/rows/fields.ts';
import type { TaggedSet, WordMask } from '../../../src/engine/rows/tagged-set.ts';

/** Parts of the state that should have no influence on the rest, by name. */
export const ERASURES: Readonly<Record<string, (rows: RowLayout) => readonly WordMask[]>> = {
  'the guest TLBs, and through which values they fill': (rows) =>
    allOf(rows, ({ guest, globals, loaded }) => [guest, globals, loaded]),
  'the hardware TLBs': (rows) => allOf(rows, ({ hardware, away }) => [hardware, away]),
  'both TLBs, of the last page': ({ vcpus, pages }) =>
    setsOf(vcpus, tlbsOf).flatMap(({ ofPage }) => ofPage[pages.length - 1] ?? []),
  'both TLBs, of the last PCID': ({ vcpus, pcids }) =>
    setsOf(vcpus, ({ guest, hardware, away }) => [guest, hardware, away]).flatMap(
      ({ ofTag }) => ofTag[pcids - 1] ?? [],
    ),
  'both TLBs, of the last vCPU': ({ vcpus }) =>
    setsOf(vcpus.slice(-1), (vpid) => [...tlbsOf(vpid), vpid.loaded]).flatMap(({ all }) => all),
};

type Choose = (vpid: VpidFields) => TaggedSet[];

function tlbsOf({ guest, globals, hardware, away }: VpidFields): TaggedSet[] {
  return [guest, globals, hardware, away];
}

function setsOf(vcpus: RowLayout['vcpus'], choose: Choose): TaggedSet[] {
  return vcpus.flatMap(({ vpids }) => Object.values(vpids).flatMap(choose));
}

function allOf({ vcpus }: RowLayout, choose: Choose): WordMask[] {
  return setsOf(vcpus, choose).flatMap(({ all }) => all);
}
