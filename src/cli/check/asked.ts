import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { decisionsOf } from '../../../spec/define/kernel.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { World } from '../../../spec/world/world.ts';
import type { CheckJob } from '../../check/job.ts';
import type { LinuxTree } from '../../linux/tree.ts';
import type { ChosenKernel } from '../kernel.ts';
import { chooseLinux } from '../linux.ts';
import { kernelOf } from '../options.ts';
import { ProgressLine } from '../progress.ts';
import type { CheckCommandOptions } from './options.ts';

/** A search that is asked for, and the engine for it. */
export interface Asked {
  readonly options: CheckCommandOptions;
  readonly chosen: ChosenKernel;
  /** Of Linux's own code; null where a record is KVM. */
  readonly tree: LinuxTree | null;
  readonly world: World;
  readonly job: CheckJob;
  readonly progress: ProgressLine;
}

/** Chooses what carries events out: a record's recipes, one of the gears, or Linux's own code. */
export async function askedBy(options: CheckCommandOptions): Promise<Asked> {
  const { bound } = options;
  const contract = CONTRACTS[options.contract];
  const layout = buildLayout(LAYOUTS[options.layout], bound);
  const ofCode =
    options.linux === undefined ? null : await chooseLinux({ linux: options.linux, layout, contract });
  const chosen = ofCode?.chosen ?? (await kernelOf(options));
  const world: World = { layout, kernel: chosen.kernel, contract };
  const job: CheckJob = {
    kernel: decisionsOf(world.kernel),
    contract,
    layout: LAYOUTS[options.layout],
    bounds: bound,
    tlbs: options.engine === undefined ? options.tlbs : 'whole',
    gear: options.engine,
    overrides: chosen.overrides,
    ...(ofCode !== null && { linux: ofCode.tree }),
    flushesOrdered: false,
    ...(options.guest !== undefined && { guest: options.guest }),
  };
  return { options, chosen, tree: ofCode?.tree ?? null, world, job, progress: new ProgressLine(options) };
}
