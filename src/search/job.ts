import type { ContractName } from '../../spec/contracts/named.ts';
import { CONTRACTS } from '../../spec/contracts/named.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import { flushesOrdered } from '../../spec/properties/flushes-ordered.ts';
import { SOMETIMES } from '../../spec/properties/sometimes.ts';
import { ENGINES, type EngineName } from '../engine/engines.ts';
import type { Limits } from './limits.ts';
import { type Progress, type SearchResult, search } from './search.ts';

/** A search as plain data, so that it can be sent to a worker. */
export interface SearchJob {
  readonly kernel: Kernel;
  readonly contract: ContractName;
  readonly layout: LayoutName;
  readonly bounds: Partial<Bounds>;
  readonly engine: EngineName;
  /** Also checks `flushes-ordered`. */
  readonly flushesOrdered: boolean;
}

/** Carries out a search. @throws BoundError when the bounds describe no guest */
export function runJob(
  job: SearchJob,
  limits: Limits,
  onProgress?: (progress: Progress) => void,
): Promise<SearchResult> {
  return search({
    world: {
      layout: buildLayout(LAYOUTS[job.layout], job.bounds),
      kernel: job.kernel,
      contract: CONTRACTS[job.contract],
    },
    engine: ENGINES[job.engine],
    always: job.flushesOrdered ? [...ALWAYS, flushesOrdered] : ALWAYS,
    sometimes: SOMETIMES,
    limits,
    ...(onProgress && { onProgress }),
  });
}
