import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { runJob } from '../../../src/check/job.ts';
import { formatScope, SCOPES, type Scope } from '../../../src/check/scopes.ts';
import { applyMutant, mutantsOf } from '../../../src/mutate/mutants.ts';
import { EXPLAINED } from '../../../src/mutate/reasons.ts';
import { UPDATE_PINS } from '../../pins.ts';
import { limits } from '../check/limits.ts';
import { explore, readManifest, readProofs, writeManifest, writeProofs } from './support.ts';

it('every mutant breaks or survives as the manifest says, and is proved or not as proofs.json says', () => {
  const { manifest, proofs } = explore();
  if (UPDATE_PINS) {
    writeManifest(manifest);
    writeProofs(proofs);
  } else {
    expect(manifest).toEqual(readManifest());
    expect(proofs).toEqual(readProofs());
  }
});

/** The searches that `vtlb mutate` does not carry out, because the kernel never consults the decision there. */
const LEFT_OUT = mutantsOf(KERNELS[EXPLAINED.kernel]).flatMap((mutant) => {
  const explored = readManifest().mutants[mutant.decision]?.[mutant.to]?.explored ?? {};
  return SCOPES.filter((scope) => explored[formatScope(scope)] === 'not consulted').map(
    (scope) => [`${mutant.decision}=${mutant.to}`, formatScope(scope), mutant, scope] as const,
  );
});

describe('where a decision is never consulted, changing it changes nothing', () => {
  it('leaves some out', () => expect(LEFT_OUT.length).toBeGreaterThan(20));

  it.each(LEFT_OUT)('%s on %s', async (_, name, mutant, scope) => {
    const { states, transitions, depth, violations } = await runJob(jobOf(mutant, scope), {
      limits: limits(),
    });
    expect(violations).toEqual([]);
    expect(`${states} states, ${transitions} transitions, depth ${depth}`).toBe(readManifest().kernel[name]);
  });
});

function jobOf(mutant: ReturnType<typeof mutantsOf>[number], { layout, bounds }: Scope) {
  const kernel = applyMutant(KERNELS[EXPLAINED.kernel], mutant);
  const contract = CONTRACTS[EXPLAINED.contract];
  return {
    kernel,
    contract,
    layout: LAYOUTS[layout],
    bounds,
    tlbs: 'apart',
    flushesOrdered: false,
  } as const;
}
