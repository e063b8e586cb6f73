import type { RowLayout } from '../core/row/fields.ts';
import type { WordMask } from '../core/row/tagged-set.ts';

/** Parts of the state that should have no influence on the rest, by name. */
export const ERASURES: Readonly<Record<string, (rows: RowLayout) => readonly WordMask[]>> = {
  'the guest TLBs, and through which values they fill': ({ vcpus }) =>
    vcpus.flatMap(({ guestTlb, globals, loaded }) => [...guestTlb.all, ...globals.all, ...loaded.all]),
  'the hardware TLBs': ({ vcpus }) => vcpus.flatMap(({ hardwareTlb }) => hardwareTlb.all),
  'both TLBs, of the last page': ({ vcpus, pages }) =>
    vcpus.flatMap(({ guestTlb, globals, hardwareTlb }) =>
      [guestTlb, globals, hardwareTlb].flatMap(({ ofPage }) => ofPage[pages.length - 1] ?? []),
    ),
  'both TLBs, of the last PCID': ({ vcpus, pcids }) =>
    vcpus.flatMap(({ guestTlb, hardwareTlb }) =>
      [guestTlb, hardwareTlb].flatMap(({ ofTag }) => ofTag[pcids - 1] ?? []),
    ),
  'both TLBs, of the last vCPU': ({ vcpus }) =>
    vcpus
      .slice(-1)
      .flatMap(({ guestTlb, globals, loaded, hardwareTlb }) => [
        ...guestTlb.all,
        ...globals.all,
        ...loaded.all,
        ...hardwareTlb.all,
      ]),
};
