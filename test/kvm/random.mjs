// Traces at random, the same for the same seed.
import { CONTRACTS } from '../../dist/spec/contracts/named.js';
import { KERNELS } from '../../dist/spec/kernels/named.js';
import { everyEvent } from '../../dist/spec/layouts/alphabet.js';
import { initialMachine } from '../../dist/spec/step/initial.js';
import { Random } from '../../dist/src/checker/random.js';
import { whyUnsupported } from '../../dist/src/kvm/program.js';
import { stepsFrom } from '../../dist/src/replay/replay.js';
import { guestLayout } from './suite.mjs';

const LENGTH = 150;

/** How often each kind of event is drawn. */
const WEIGHTS = {
  access: 34,
  'write-pte': 20,
  'mov-cr3': 20,
  invlpg: 5,
  invpcid: 10,
  'mov-cr4': 7,
  'mov-cr0': 2,
  'write-dir': 4,
  'page-fault': 4,
  host: 3,
  nested: 30,
};

const GUESTS = (hasPcid) => [
  ['kernel', { spaces: 3, userPages: 2, pcids: 3, frames: 3 }],
  ['kernel', { spaces: 3, pcids: 2, frames: 8 }],
  ['shared', { spaces: 3, frames: 3 }],
  ['deep', { kernelPages: 1, userPages: 2, pcids: 3, frames: 3 }],
  ['roles', { userPages: 2, kernelPages: 1, frames: 3 }],
  ['faults', { spaces: 3, userPages: 2, frames: 3 }],
  ['smp', { userPages: 2, kernelPages: 1, frames: 3 }],
  // Where there are PCIDs there is VMX.
  ...(hasPcid ? [['vpids', { spaces: 3, userPages: 2, frames: 3 }]] : []),
];

/** Traces of these guests in turn, until there are as many events. */
export function* randomTraces({ seed, events: least, hasPcid }) {
  const random = new Random(seed);
  for (let i = 0, count = 0; count < least; i++) {
    const guests = GUESTS(hasPcid);
    const [layout, bounds] = guests[i % guests.length];
    const events = [...randomTrace(random, guestLayout(layout, bounds), hasPcid)];
    count += events.length;
    yield { name: `random ${seed}.${i} on ${layout}`, layout, bounds, events };
  }
}

/** What faults is drawn as often, and mostly left out: the machine would not change for long stretches. */
function* randomTrace(random, layout, hasPcid) {
  // Which faults there are does not depend on the kernel.
  const world = { layout, kernel: KERNELS['v6.12'], contract: CONTRACTS.kvm };
  // A nested guest ends what the others are about.
  const every = everyEvent(layout).filter(({ kind }) => kind !== 'nested' || layout.name === 'vpids');
  const kinds = Object.entries(WEIGHTS).flatMap(([kind, weight]) => {
    const events = every.filter((event) => event.kind === kind);
    return events.length === 0 ? [] : Array.from({ length: weight }, () => events);
  });
  const draw = (list) => list[random.below(list.length)];
  let machine = initialMachine(world);
  for (let length = 0; length < LENGTH; ) {
    const event = draw(draw(kinds));
    const [step] = stepsFrom(world, machine, [event]);
    if (whyUnsupported(step, hasPcid) !== null) continue;
    if (step.outcome === '#GP' && random.below(10) > 0) continue;
    machine = step.after;
    length++;
    yield event;
  }
}
