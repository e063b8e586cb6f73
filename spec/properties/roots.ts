import type { Machine } from '../state/machine.ts';
import { formatCr3, sameCr3 } from '../state/registers.ts';
import { idOf, obsoleteId } from '../state/shadow.ts';
import { activePcid, hardwareTag, type Root, rootRole, type Vcpu } from '../state/vcpu.ts';
import type { StateProperty, StepProperty } from './property.ts';

/** The first vCPU that `wrong` has something to say about. */
function firstWrong(machine: Machine, wrong: (vcpu: Vcpu) => string | null): string | null {
  for (const [cpu, vcpu] of machine.vcpus.entries()) {
    const message = wrong(vcpu);
    if (message !== null) return `cpu ${cpu}: ${message}`;
  }
  return null;
}

/** Every root of a vCPU, the current one first and then from the most to the least recently used. */
function rootsOf(vcpu: Vcpu): Root[] {
  return [vcpu.root, ...vcpu.prevRoots].filter((root) => root !== null);
}

/** The guest never runs with a request pending. */
export const requestsDrainedAtEntry: StateProperty = {
  name: 'requests-drained-at-entry',
  on: 'state',
  doc: 'no request is pending while the guest runs',
  violation: (_, machine) =>
    firstWrong(machine, ({ requests }) =>
      requests.length === 0 ? null : `${requests.join(', ')} pending while the guest runs`,
    ),
};

/** The root in use, in KVM and in hardware, is the one for the guest's CR3 and role. */
export const rootMatchesCr3: StateProperty = {
  name: 'root-matches-cr3',
  on: 'state',
  doc: 'the current root and the hardware CR3 are those of the guest CR3, its PCID and the role in force',
  violation: (_, machine) =>
    firstWrong(machine, (vcpu) => {
      const { root, cr3, hardwareCr3 } = vcpu;
      if (root === null) return 'no root while the guest runs';
      const sp = machine.shadow[root.page];
      if (!sameCr3(root.pgd, cr3)) return `root ${formatCr3(root.pgd)} under CR3 ${formatCr3(cr3)}`;
      if (sp === undefined || sp.page !== cr3.space)
        return `root ${formatCr3(root.pgd)} points to ${root.page}`;
      if (sp.role !== rootRole(vcpu))
        return `root ${formatCr3(cr3)} has role ${sp.role}, not ${rootRole(vcpu)}`;
      if (hardwareCr3?.page !== root.page) return `the hardware CR3 does not point to root ${formatCr3(cr3)}`;
      if (hardwareTag(vcpu) !== activePcid(vcpu)) return `the hardware CR3 carries PCID ${hardwareTag(vcpu)}`;
      return null;
    }),
};

/** Whether two slots hold the root of one CR3 value and role, zapped or not. */
function sameRoot(one: Root, other: Root): boolean {
  const samePage =
    one.page === other.page || obsoleteId(one.page) === other.page || one.page === obsoleteId(other.page);
  return samePage && sameCr3(one.pgd, other.pgd);
}

/** No CR3 value has two roots of one role. */
export const cachedRootsDistinct: StateProperty = {
  name: 'cached-roots-distinct',
  on: 'state',
  doc: 'no two roots of a vCPU are for the same CR3 value and role',
  violation: (_, machine) =>
    firstWrong(machine, (vcpu) => {
      const roots = rootsOf(vcpu);
      const twin = roots.find((root, i) => roots.some((other, j) => i < j && sameRoot(root, other)));
      return twin === undefined ? null : `two roots for ${formatCr3(twin.pgd)}`;
    }),
};

/** A zapped root is freed before the guest runs, and with it all that was obsolete. */
export const noObsoleteRootAtEntry: StateProperty = {
  name: 'no-obsolete-root-at-entry',
  on: 'state',
  doc: 'no shadow page is obsolete while the guest runs, root or not',
  violation: (_, machine) => {
    const wrongRoot = firstWrong(machine, (vcpu) => {
      const obsolete = rootsOf(vcpu).find((root) => machine.shadow[root.page]?.obsolete !== false);
      return obsolete === undefined ? null : `root ${formatCr3(obsolete.pgd)} is obsolete`;
    });
    if (wrongRoot !== null) return wrongRoot;
    const forgotten = Object.values(machine.shadow).find((sp) => sp.obsolete);
    return forgotten === undefined ? null : `shadow page ${idOf(forgotten)} is obsolete, and no root`;
  },
};

/**
 * Rotation keeps the order of last use; a step may lose roots and bring one to the front, nothing else. Two
 * loads in one step are two uses, and what lies between them is not seen here.
 */
export const cachedRootsInRecencyOrder: StepProperty = {
  name: 'cached-roots-in-recency-order',
  on: 'step',
  doc: 'prev_roots stays in the order of last use',
  violation: (_, { before, event, after }) => {
    const old = before.vcpus[event.cpu] as Vcpu;
    const vcpu = after.vcpus[event.cpu] as Vcpu;
    if (old.root === vcpu.root && old.prevRoots.every((root, slot) => root === vcpu.prevRoots[slot]))
      return null;
    if (event.kind === 'mov-cr3-twice') return null;
    const order = rootsOf(old);
    let position = -1;
    for (const root of vcpu.prevRoots) {
      if (root === null) continue;
      const next = order.findIndex((other) => sameRoot(other, root));
      if (next <= position) return `cpu ${event.cpu}: ${formatCr3(root.pgd)} is out of order in prev_roots`;
      position = next;
    }
    return null;
  },
};
