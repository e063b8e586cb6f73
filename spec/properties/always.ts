import { hardwareEntriesBacked } from './hardware-entries-backed.ts';
import { prevRootsOutsideVtlb } from './prev-roots-outside-vtlb.ts';
import type { Property } from './property.ts';
import {
  cachedRootsDistinct,
  cachedRootsInRecencyOrder,
  noObsoleteRootAtEntry,
  requestsDrainedAtEntry,
  rootMatchesCr3,
} from './roots.ts';
import {
  onlyLeavesUnsync,
  syncedPagesAgree,
  syncedPagesWriteProtected,
  unsyncMarkedUpwards,
} from './shadow-pages.ts';
import { vtlbWithinGuestTlb } from './vtlb-within-guest-tlb.ts';

/** The *always* properties: safety first, then the discipline that KVM keeps in order to be safe. */
export const ALWAYS: readonly Property[] = [
  vtlbWithinGuestTlb,
  prevRootsOutsideVtlb,
  syncedPagesAgree,
  onlyLeavesUnsync,
  unsyncMarkedUpwards,
  syncedPagesWriteProtected,
  hardwareEntriesBacked,
  requestsDrainedAtEntry,
  rootMatchesCr3,
  cachedRootsDistinct,
  cachedRootsInRecencyOrder,
  noObsoleteRootAtEntry,
];
