import type { Contract } from '../../../spec/contracts/contract.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { type Allocator, bitsFor, constantField } from './allocate.ts';
import type { Changes } from './changes.ts';
import { type Field, partOf } from './field.ts';
import type {
  Cr3Field,
  HardwareCr3Field,
  PageFields,
  RootField,
  TlbsInRows,
  VcpuFields,
  VpidFields,
} from './fields.ts';
import { emptySet, taggedSet } from './tagged-set.ts';

/** What the fields of a vCPU depend on. */
export interface VcpuSizes {
  readonly cpu: number;
  readonly spaceBits: number;
  readonly lowBits: number;
  readonly roleBits: number;
  readonly tlbs: TlbsInRows;
  readonly loadedApart: boolean;
  readonly strayRoots: boolean;
}

/** The fields of a vCPU. */
export function vcpuFields(
  allocator: Allocator,
  layout: Layout,
  contract: Contract,
  pages: readonly PageFields[],
  may: Changes,
  sizes: VcpuSizes,
): VcpuFields {
  const { bounds } = layout;
  const { cpu, spaceBits, lowBits, roleBits } = sizes;
  const named = (name: string) => (bounds.vcpus === 1 ? name : `cpu ${cpu} ${name}`);
  const flag = (name: string, varies: boolean, otherwise: number) =>
    varies ? allocator.bits(named(name), 1) : constantField(named(name), otherwise);
  const rootBits =
    1 + spaceBits + lowBits + roleBits + (may.zap ? 1 : 0) + (sizes.strayRoots ? spaceBits : 0);
  const rootAt = (name: string) => rootField(allocator.bits(named(name), rootBits), sizes, may);
  const vpid = (name: string, used: boolean) =>
    vpidFields(allocator, layout, contract, pages, may, sizes, (what) => named(`${name}${what}`), used);
  return {
    cpu,
    wp: flag('cr0.wp', may.wp, 1),
    pcide: flag('cr4.pcide', true, 0),
    pge: flag('cr4.pge', may.pge, 0),
    smep: flag('cr4.smep', may.smep, 0),
    cr3: cr3Field(allocator.bits(named('cr3'), spaceBits + lowBits), sizes),
    root: rootAt('root'),
    prevRoots: Array.from({ length: bounds.cachedRoots }, (_, i) => rootAt(`prev_roots[${i}]`)),
    hardwareCr3: hardwareCr3Field(
      allocator.bits(named('hardwareCr3'), spaceBits + roleBits + bitsFor(bounds.pcids - 1)),
      sizes,
    ),
    guestMode: flag('guestMode', may.nest, 0),
    ownVpid: flag('ownVpid', may.ownVpid, 0),
    entryFails: flag('entryFails', may.failEntry, 0),
    vpids: { vpid01: vpid('', true), vpid02: vpid('vpid02 ', may.ownVpid) },
  };
}

function cr3Field(field: Field, { spaceBits, lowBits }: VcpuSizes): Cr3Field {
  return {
    ...field,
    space: partOf(field, 'space', 0, spaceBits),
    low: partOf(field, 'low', spaceBits, lowBits),
  };
}

function rootField(
  field: Field,
  { spaceBits, lowBits, roleBits, strayRoots }: VcpuSizes,
  may: Changes,
): RootField {
  const cr3Bits = spaceBits + lowBits;
  const zapBits = may.zap ? 1 : 0;
  return {
    ...field,
    valid: partOf(field, 'valid', 0, 1),
    space: partOf(field, 'space', 1, spaceBits),
    low: partOf(field, 'low', 1 + spaceBits, lowBits),
    role: partOf(field, 'role', 1 + cr3Bits, roleBits),
    obsolete: partOf(field, 'obsolete', 1 + cr3Bits + roleBits, zapBits),
    pageSpace: partOf(field, 'page', 1 + cr3Bits + roleBits + zapBits, strayRoots ? spaceBits : 0),
  };
}

function hardwareCr3Field(field: Field, { spaceBits, roleBits }: VcpuSizes): HardwareCr3Field {
  const topBits = spaceBits + roleBits;
  return {
    ...field,
    space: partOf(field, 'space', 0, spaceBits),
    role: partOf(field, 'role', spaceBits, roleBits),
    pcid: partOf(field, 'pcid', topBits, field.bits - topBits),
  };
}

function vpidFields(
  allocator: Allocator,
  { bounds, virtualPages }: Layout,
  contract: Contract,
  pages: readonly PageFields[],
  may: Changes,
  { tlbs, loadedApart }: VcpuSizes,
  named: (what: string) => string,
  used: boolean,
): VpidFields {
  const slot = (tag: string | number, page: number) => `[${tag}|${virtualPages[page]}]`;
  const frames = Math.max(...pages.map((page) => page.frames.length));
  const hasHardware = used && tlbs !== 'apart';
  const hasGuest = used && tlbs === 'whole';
  const hasGlobals = may.pge && pages.some(({ global }) => global);
  const translations = (name: string, has: boolean) =>
    has
      ? taggedSet(allocator, bounds.pcids, virtualPages.length, frames, (tag, page) =>
          named(`${name}${slot(tag, page)}`),
        )
      : emptySet(bounds.pcids, virtualPages.length);
  return {
    hardware: translations('hardwareTlb', hasHardware),
    away: translations('awayTlb', hasHardware && may.migrate),
    guest: translations('guestTlb', hasGuest),
    globals:
      hasGuest && hasGlobals
        ? taggedSet(allocator, 1, virtualPages.length, frames, (_, page) =>
            named(`guestTlb${slot('global', page)}`),
          )
        : emptySet(1, virtualPages.length),
    loaded:
      used && !loadedApart && tlbs !== 'hardware' && contract.refill === 'loaded'
        ? taggedSet(allocator, bounds.pcids, 1, bounds.spaces, (low) => named(`loaded[low=${low}]`))
        : emptySet(bounds.pcids, 1),
  };
}
