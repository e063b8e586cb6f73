// SPDX-License-Identifier: GPL-2.0
import type { Contract } from '../../../spec/contracts/contract.ts';
import { CONTRACTS, STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';
import { DECISION_NAMES, DECISIONS, type Kernel } from '../../../spec/kernels/decisions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';

/** A record under a contract, some of which are violated. */
export interface Configuration {
  readonly name: string;
  readonly kernel: Kernel;
  readonly contract: Contract;
}

/** v6.12 with each cell changed in turn, every older kernel, and v6.12 under each stricter contract. */
export function configurations(): Configuration[] {
  const contract = CONTRACTS.kvm;
  const base: Kernel = KERNELS['v6.12'];
  const mutants = DECISION_NAMES.flatMap((decision) =>
    Object.keys(DECISIONS[decision].values)
      .filter((value) => value !== base[decision])
      .map((value) => ({
        name: `v6.12, ${decision}=${value}`,
        kernel: { ...base, [decision]: value },
        contract,
      })),
  );
  const kernels = Object.entries(KERNELS).map(([name, kernel]) => ({ name, kernel, contract }));
  const contracts = [CONTRACTS.sdm, ...STRONGER_THAN_KVM].map((stricter) => ({
    name: `v6.12, contract ${stricter.name}`,
    kernel: base,
    contract: stricter,
  }));
  return [...mutants, ...kernels, ...contracts];
}
