import type { RowLayout, VpidFields } from '../../../src/engine/rows/fields.ts';
import { masksOf, type TaggedSet, type WordMask } from '../../../src/engine/rows/tagged-set.ts';

/** Parts of the state that should have no influence on the rest, by name. */
export const ERASURES: Readonly<Record<string, (rows: RowLayout) => readonly WordMask[]>> = {
  'the guest TLBs, and through which values they fill': (rows) =>
    allOf(rows, ({ guest, globals, loaded }) => [guest, globals, loaded]),
  'the hardware TLBs': (rows) => allOf(rows, ({ hardware, away }) => [hardware, away]),
  'both TLBs, of the last page': ({ vcpus, pages }) =>
    masksOf(
      setsOf(vcpus, tlbsOf).flatMap(({ slots }) => slots.flatMap((ofTag) => ofTag.slice(pages.length - 1))),
    ),
  'both TLBs, of the last PCID': ({ vcpus, pcids }) =>
    masksOf(
      setsOf(vcpus, ({ guest, hardware, away }) => [guest, hardware, away]).flatMap(
        ({ slots }) => slots[pcids - 1] ?? [],
      ),
    ),
  'both TLBs, of the last vCPU': ({ vcpus }) =>
    allOf({ vcpus: vcpus.slice(-1) }, (vpid) => [...tlbsOf(vpid), vpid.loaded]),
};

type Choose = (vpid: VpidFields) => TaggedSet[];

function tlbsOf({ guest, globals, hardware, away }: VpidFields): TaggedSet[] {
  return [guest, globals, hardware, away];
}

function setsOf(vcpus: RowLayout['vcpus'], choose: Choose): TaggedSet[] {
  return vcpus.flatMap(({ vpids }) => Object.values(vpids).flatMap(choose));
}

function allOf({ vcpus }: Pick<RowLayout, 'vcpus'>, choose: Choose): WordMask[] {
  return masksOf(setsOf(vcpus, choose).flatMap(({ slots }) => slots.flat()));
}
