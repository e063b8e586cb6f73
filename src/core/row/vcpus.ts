import type { Contract } from '../../../spec/contracts/contract.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { type Allocator, bitsFor, constantField } from './allocate.ts';
import type { Changes } from './changes.ts';
import type { PageFields, VcpuFields } from './fields.ts';
import { emptySet, masksOf, taggedSet } from './tagged-set.ts';

/** The fields of a vCPU. */
export function vcpuFields(
  allocator: Allocator,
  { bounds, virtualPages }: Layout,
  contract: Contract,
  pages: readonly PageFields[],
  may: Changes,
  { cpu, cr3Bits, topBits }: { cpu: number; cr3Bits: number; topBits: number },
): VcpuFields {
  const named = (name: string) => (bounds.vcpus === 1 ? name : `cpu ${cpu} ${name}`);
  const flag = (name: string, varies: boolean, otherwise: number) =>
    varies ? allocator.bits(named(name), 1) : constantField(named(name), otherwise);
  const rootBits = 1 + cr3Bits + (topBits - bitsFor(bounds.spaces - 1)) + (may.zap ? 1 : 0);
  const slot = (tag: string | number, page: number) => `[${tag}|${virtualPages[page]}]`;
  const frames = Math.max(...pages.map((page) => page.frames.length));
  const translations = (name: string) =>
    taggedSet(allocator, bounds.pcids, virtualPages.length, frames, (tag, page) =>
      named(`${name}${slot(tag, page)}`),
    );
  const globals = (name: string) =>
    may.pge && pages.some(({ global }) => global)
      ? taggedSet(allocator, 1, virtualPages.length, frames, (_, page) =>
          named(`${name}${slot('global', page)}`),
        )
      : emptySet(1, virtualPages.length);
  const loaded = (name: string) =>
    contract.refill === 'loaded'
      ? taggedSet(allocator, bounds.pcids, 1, bounds.spaces, (low) => named(`${name}[low=${low}]`))
      : emptySet(bounds.pcids, 1);
  const noTranslations = emptySet(bounds.pcids, virtualPages.length);
  const fields: Omit<VcpuFields, 'roots'> = {
    cpu,
    wp: flag('cr0.wp', may.wp, 1),
    pcide: flag('cr4.pcide', true, 0),
    pge: flag('cr4.pge', may.pge, 0),
    smep: flag('cr4.smep', may.smep, 0),
    cr3: allocator.bits(named('cr3'), cr3Bits),
    root: allocator.bits(named('root'), rootBits),
    prevRoots: Array.from({ length: bounds.cachedRoots }, (_, i) =>
      allocator.bits(named(`prev_roots[${i}]`), rootBits),
    ),
    hardwareCr3: allocator.bits(named('hardwareCr3'), topBits + bitsFor(bounds.pcids - 1)),
    hardwareTlb: translations('hardwareTlb'),
    awayTlb: may.migrate ? translations('awayTlb') : noTranslations,
    guestMode: flag('guestMode', may.nest, 0),
    entryFails: flag('entryFails', may.failEntry, 0),
    guestTlb: translations('guestTlb'),
    globals: globals('guestTlb'),
    loaded: loaded('loaded'),
    ownVpid: flag('ownVpid', may.ownVpid, 0),
    otherVpid: may.ownVpid
      ? {
          hardwareTlb: translations('otherVpid hardwareTlb'),
          guestTlb: translations('otherVpid guestTlb'),
          globals: globals('otherVpid guestTlb'),
          loaded: loaded('otherVpid loaded'),
        }
      : {
          hardwareTlb: noTranslations,
          guestTlb: noTranslations,
          globals: emptySet(1, virtualPages.length),
          loaded: emptySet(bounds.pcids, 1),
        },
    requests: constantField('', 0),
  };
  return { ...fields, roots: masksOf([fields.root, ...fields.prevRoots]) };
}
