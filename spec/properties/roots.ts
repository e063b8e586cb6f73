import { rootRole } from '../kvm/root-role.ts';
import type { KvmMachine } from '../state/machine.ts';
import { formatCr3, sameCr3 } from '../state/registers.ts';
import { idOf, obsoleteId } from '../state/shadow.ts';
import { activePcid, hardwareTag, type KvmVcpu, type Root, sameSlot } from '../state/vcpu.ts';
import type { World } from '../world/world.ts';
import type { Property, StateRule } from './property.ts';
import { cachedRoots, nameRoot, rootsOf } from './vtlb.ts';

/** A rule that says what is wrong with one vCPU at a time. */
function ofEachVcpu(
  wrong: (vcpu: KvmVcpu, machine: KvmMachine, world: World) => string | null,
): StateRule<'vcpu'> {
  return {
    on: 'state',
    each: 'vcpu',
    wrong: (world, machine, cpu) => {
      const message = wrong(machine.vcpus[cpu] as KvmVcpu, machine, world);
      return message === null ? null : `cpu ${cpu}: ${message}`;
    },
  };
}

/** The guest never runs with a request pending. */
export const requestsDrainedAtEntry: Property = {
  name: 'requests-drained-at-entry',
  doc: 'no request is pending while the guest runs',
  rules: [
    ofEachVcpu(({ mmu: { requests } }) =>
      requests.length === 0 ? null : `${requests.join(', ')} pending while the guest runs`,
    ),
  ],
};

/** The root in use, in KVM and in hardware, is the one for the guest's CR3 and role. */
export const rootMatchesCr3: Property = {
  name: 'root-matches-cr3',
  doc: 'the current root and the hardware CR3 are those of the guest CR3, its PCID and the role in force',
  rules: [
    ofEachVcpu((vcpu, machine, world) => {
      const { root, hardwareCr3 } = vcpu.mmu;
      const { cr3 } = vcpu.guest;
      if (root === null) return 'no root while the guest runs';
      const sp = machine.shadow[root.page];
      if (!sameCr3(root.pgd, cr3)) return `root ${formatCr3(root.pgd)} under CR3 ${formatCr3(cr3)}`;
      if (sp === undefined || sp.page !== cr3.space)
        return `root ${formatCr3(root.pgd)} points to ${root.page}`;
      const role = rootRole(world, vcpu);
      if (sp.role !== role) return `root ${formatCr3(cr3)} has role ${sp.role}, not ${role}`;
      if (hardwareCr3?.page !== root.page) return `the hardware CR3 does not point to root ${formatCr3(cr3)}`;
      const tag = hardwareTag(vcpu);
      return tag === activePcid(vcpu.guest) ? null : `the hardware CR3 carries PCID ${tag}`;
    }),
  ],
};

/** Whether two slots hold the root of one CR3 value and role, zapped or not. */
function sameRoot(one: Root, other: Root): boolean {
  const samePage =
    one.page === other.page || obsoleteId(one.page) === other.page || one.page === obsoleteId(other.page);
  return samePage && sameCr3(one.pgd, other.pgd);
}

/** No CR3 value has two roots of one role. */
export const cachedRootsDistinct: Property = {
  name: 'cached-roots-distinct',
  doc: 'no two roots of a vCPU are for the same CR3 value and role',
  rules: [
    ofEachVcpu((vcpu) => {
      const roots = rootsOf(vcpu);
      for (const [i, one] of roots.entries()) {
        const twin = roots.find((other, j) => i < j && sameRoot(one.root, other.root));
        if (twin !== undefined) return `${one.holder} and ${nameRoot(twin)} are for one CR3 value`;
      }
      return null;
    }),
  ],
};

/** A zapped root is freed before the guest runs, and with it all that was obsolete. */
export const noObsoleteRootAtEntry: Property = {
  name: 'no-obsolete-root-at-entry',
  doc: 'no shadow page is obsolete while the guest runs, root or not',
  rules: [
    ofEachVcpu((vcpu, machine) => {
      const obsolete = rootsOf(vcpu).find(({ root }) => machine.shadow[root.page]?.obsolete !== false);
      return obsolete === undefined ? null : `${nameRoot(obsolete)} is obsolete`;
    }),
    {
      on: 'state',
      each: 'shadow page',
      wrong: (_, machine, id) => {
        const sp = machine.shadow[id];
        return sp?.obsolete ? `shadow page ${idOf(sp)} is obsolete, and no root` : null;
      },
    },
  ],
};

/**
 * Rotation keeps the order of last use; a step may lose roots and bring one to the front, nothing else. Two
 * loads in one step are two uses, and what lies between them is not seen here; so are those of a nested VM entry that
 * fails.
 */
export const cachedRootsInRecencyOrder: Property = {
  name: 'cached-roots-in-recency-order',
  doc: 'prev_roots stays in the order of last use',
  rules: [
    {
      on: 'step',
      wrong: (_, { before, event, after }) => {
        if (event.kind === 'mov-cr3-twice' || event.fails) return null;
        const old = before.vcpus[event.cpu] as KvmVcpu;
        const vcpu = after.vcpus[event.cpu] as KvmVcpu;
        if (vcpu === old) return null;
        const { prevRoots } = vcpu.mmu;
        if (prevRoots.every((root, slot) => sameSlot(root, old.mmu.prevRoots[slot] ?? null))) return null;
        const order = rootsOf(old);
        let position = -1;
        for (const cached of cachedRoots(vcpu)) {
          const next = order.findIndex(({ root }) => sameRoot(root, cached.root));
          if (next <= position) return `cpu ${event.cpu}: ${nameRoot(cached)} is out of order`;
          position = next;
        }
        return null;
      },
    },
  ],
};
