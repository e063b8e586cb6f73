import type { GuestName } from '../../../spec/guests/named.ts';
import type { CheckJob } from '../../check/job.ts';
import { defaultLimits, type Limits, makeLimits } from '../../checker/limits.ts';
import type { EngineName } from '../../engine/engines.ts';
import { interruptSignal } from '../interrupt.ts';
import type { WorldOptions } from '../options.ts';
import type { ProgressOptions } from '../progress.ts';
import { tell } from '../thread/tell.ts';

/** What `vtlb check` is told. */
export interface CheckCommandOptions extends WorldOptions, ProgressOptions {
  readonly tlbs: CheckJob['tlbs'];
  readonly engine?: EngineName;
  readonly guest?: GuestName;
  readonly linux?: string;
  readonly workers: number;
  readonly symmetry?: true;
  readonly maxStates?: number;
  readonly maxMemory?: number;
  readonly maxSeconds?: number;
  readonly checkpoint?: string;
  readonly checkpointEvery: number;
  readonly resume?: string;
  readonly answer?: string;
  readonly simulate?: number;
  readonly length: number;
  readonly seed: number;
  readonly explainRow?: true;
  readonly json?: true;
}

export const MIB = 2 ** 20;

/** The limits of a search, whose work begins now. */
export function limitsOf({ maxStates, maxMemory, maxSeconds }: CheckCommandOptions): Limits {
  const limits = defaultLimits();
  tell({ begins: 'work' });
  return makeLimits(
    {
      maxStates: maxStates ?? limits.maxStates,
      maxMemory: maxMemory === undefined ? limits.maxMemory : maxMemory * MIB,
      maxSeconds: maxSeconds ?? limits.maxSeconds,
    },
    interruptSignal(),
  );
}
