/** What a user of the package may write against each of its entry points; compiled and run by installed.test.ts. */
import { parseTrace, replay } from 'vtlb';
import { defaultLimits, makeLimits, search } from 'vtlb/checker';
import { memoMachine, memoModel, Packer, Unpacker } from 'vtlb/engine';
import { buildLayout, CONTRACTS, defineKernel, initialMachine, LAYOUTS } from 'vtlb/spec';
import { type Adapter, type LockstepOptions, lockstep, vtlbMatchers } from 'vtlb/testing';

const kernel = defineKernel({ base: 'v6.12' });
const world = { kernel, layout: buildLayout(LAYOUTS.minimal), contract: CONTRACTS.kvm };
const { verdict } = replay(
  world,
  parseTrace('access u0', world.layout).map(({ event }) => event),
);
const { rows, stepper, initial } = memoMachine(world, 'whole');
const row = new Int32Array(rows.words);
initial(row);
stepper.step(row, 0, 0);
new Packer(world.layout, rows).pack(new Unpacker(world.layout, rows).unpack(row), row);
const source = memoModel({
  kernel,
  contract: CONTRACTS.kvm,
  layout: LAYOUTS.minimal,
  bounds: { spaces: 1 },
  tlbs: 'whole',
  flushesOrdered: false,
});
const found = await search({
  source,
  workers: 1,
  symmetry: false,
  limits: makeLimits(defaultLimits(), new AbortController().signal),
});
const adapter: Adapter = { reset: () => {}, apply: () => ({ outcome: 'ok', reads: 'f1' }) };
// @ts-expect-error: the types of the package are known, so that a wrong name is an error
void ((options: LockstepOptions) => options)({ dept: 2 });
const { failure } = await lockstep(adapter, { depth: 2, runs: 0 });
console.log(
  verdict,
  initialMachine(world).vcpus.length,
  found.states,
  failure?.trace.join('; '),
  Object.keys(vtlbMatchers).join(),
);
