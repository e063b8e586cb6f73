import { computed, effect, signal } from '@preact/signals';
import type { Event } from '../../../spec/events/event.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { drawPicture } from '../../picture/draw.ts';
import type { Picture } from '../../picture/picture.ts';
import type { Replay, ReplayStep } from '../../replay/replay.ts';
import { formatEvent } from '../../trace/print.ts';
import { formatLink, type Link, parseLink, START } from '../link.ts';
import { LinkError } from '../link-error.ts';
import { brokenSteps, openingStep } from '../model/broken-steps.ts';
import { divergences } from '../model/divergence.ts';
import { successors } from '../model/neighbourhood.ts';
import { type Run, runLink } from '../model/run-link.ts';
import { timelineOf } from '../model/timeline.ts';
import { kernelName } from '../model/worlds.ts';
import { loadKernelsOf } from './load-kernels.ts';

export type { Run };

const address = signal(location.hash);
for (const change of ['hashchange', 'popstate']) window.addEventListener(change, () => void follow());

/** Goes where the address leads, once the kernel files are there that it names. */
async function follow(): Promise<void> {
  await loadKernelsOf(location.hash);
  address.value = location.hash;
}

/** What the address says. */
const given = computed((): { link: Link; error: LinkError | null } => {
  try {
    return { link: parseLink(address.value), error: null };
  } catch (error) {
    if (!(error instanceof LinkError)) throw error;
    return { link: START, error };
  }
});

/** What the address asks for, which is not all shown where a kernel file's code fails. */
export const asked = computed(() => given.value.link);

/** The address but for the step, as text: what is computed from it alone need not be computed anew. */
const course = computed(() => formatLink({ ...given.value.link, step: null }));

/** What comes of the events under each kernel. */
const carried = computed(() => runLink(parseLink(course.value)));

/** What a kernel file's code could not do, in words: what is shown ends before it. */
export const failure = computed(() => carried.value.failure);

/** What the address says, as far as it can be shown. */
const parsed = computed(() => {
  const { link, error } = given.value;
  const { runs: shown, error: fault } = carried.value;
  const events = link.events.slice(0, shown[0].replay.steps.length);
  const step = link.step === null ? null : Math.min(link.step, events.length);
  return { link: fault === null ? { ...link, events, step } : START, error: error ?? fault };
});

/** What is shown, with a step to stand at. */
export interface Shown extends Link {
  readonly step: number;
}

/** What the address says, or what an empty one would. */
export const link = computed((): Shown => {
  const said = parsed.value.link;
  return { ...said, step: said.step ?? openingStep(replaysOf(runs.value)) };
});
/** What is wrong with the address. */
export const linkError = computed(() => parsed.value.error);
/** The address as it was given. */
export const givenAddress = computed(() => address.value);

/** Each kernel of the address, on its events. */
export const runs = computed(() => carried.value.runs);

function replaysOf([first, ...others]: readonly [Run, ...Run[]]): [Replay, ...Replay[]] {
  return [first.replay, ...others.map((run) => run.replay)];
}

/** The names of the kernels that are shown. */
export const kernelNames = computed(() => {
  const first = parseLink(course.value);
  return [first, ...(first.versus === null ? [] : [first.versus])].map(kernelName);
});

/** Each run along its steps. */
export const timelines = computed(() => runs.value.map((run) => timelineOf(run.world, run.replay)));

/** The steps at which a kernel breaks something anew, in order. */
export const broken = computed(() =>
  [...new Set(replaysOf(runs.value).flatMap(brokenSteps))].sort((a, b) => a - b),
);

/** Where two kernels part; empty for one kernel, and for two that do not. */
export const parted = computed(() => {
  const [one, other] = runs.value;
  if (other === undefined) return [];
  return divergences([one.replay, other.replay], [one.world, other.world]);
});

/** The state that is shown, drawn, for each kernel. */
export const pictures = computed((): [Picture, ...Picture[]] => {
  const pictureOf = ({ world, replay: replayed }: Run) => drawPicture(world, replayed, link.value.step);
  const [first, ...others] = runs.value;
  return [pictureOf(first), ...others.map(pictureOf)];
});

/** The state that is shown, for each kernel. */
export const machines = computed((): [Machine, ...Machine[]] => {
  const machineOf = ({ replay: replayed }: Run) => machineAt(replayed, link.value.step);
  const [first, ...others] = runs.value;
  return [machineOf(first), ...others.map(machineOf)];
});

/** The state that is shown, of the first kernel. */
export const machine = computed((): Machine => machines.value[0]);

/** Events of a layout beyond which it takes too long to try each of them. */
const MOST_TRIED = 500;

/** Whether the layout is small enough to try each of its events whenever a state is shown. */
export const triesEvents = computed(() => runs.value[0].world.layout.events.length <= MOST_TRIED);

/** What each event would lead to from the state that is shown; null where there are too many to try. */
export const nextSteps = computed(() =>
  triesEvents.value ? successors(runs.value[0].world, machine.value) : null,
);

/** What was last done, in words, for those who cannot see it. */
export const said = signal('');
/** What could not be done as asked, until something else is. */
export const notice = signal('');

function machineAt({ start, steps }: Replay, at: number): Machine {
  return at === 0 ? start : (steps[at - 1] as ReplayStep).after;
}

/** Shows something else. What can be got back by one click replaces the address; what cannot is a new one. */
export function show(change: Partial<Link>, how: 'push' | 'replace' = 'push'): void {
  const hash = `#${formatLink({ ...given.value.link, ...change })}`;
  if (hash === location.hash) return;
  if (how === 'push') history.pushState(null, '', hash);
  else history.replaceState(null, '', hash);
  address.value = hash;
  notice.value = '';
}

/** Carries out an event in the state that is shown; what came after is forgotten, unless it is the same. */
export function pick(event: Event): void {
  const { events, step } = link.value;
  const following = events[step];
  if (following !== undefined && formatEvent(following) === formatEvent(event)) {
    jump(step + 1);
    return;
  }
  show({ events: [...events.slice(0, step), event], step: step + 1 });
  announceStep();
}

/** Shows the state after a step; steps that do not exist are the nearest that do. */
export function jump(step: number): void {
  const target = Math.max(0, Math.min(link.value.events.length, step));
  if (target === link.value.step) return;
  show({ step: target }, 'replace');
  announceStep();
}

/** Shows the next step that breaks something, or with -1 the one before; says so where there is none. */
export function jumpToBroken(way: 1 | -1): void {
  const { step } = link.value;
  const next = way === 1 ? broken.value.find((at) => at > step) : broken.value.findLast((at) => at < step);
  if (next === undefined) {
    notice.value = said.value = `No ${way === 1 ? 'later' : 'earlier'} step breaks anything new.`;
    return;
  }
  jump(next);
}

function announceStep(): void {
  const { at, step } = pictures.value[0];
  if (step === null) {
    said.value = 'Start';
    return;
  }
  const { event, outcome, requests, sees, breaches } = step;
  said.value = [
    `Step ${at}: ${event}.`,
    outcome === '#GP' ? 'General-protection fault, nothing changes.' : '',
    requests.length > 0 ? `Requests ${requests.join(', ')}.` : '',
    sees.length > 0 ? `Reads ${sees.join(' or ')}.` : '',
    breaches.length === 0
      ? 'All properties hold.'
      : `Broken: ${breaches.map(({ property, message }) => `${property}, ${message}`).join('; ')}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

effect(() => {
  const { kernel, versus, step, events } = link.value;
  const kernels = versus === null ? kernel : `${kernel} and ${versus.kernel}`;
  document.title = `${kernels}, step ${step} of ${events.length} - vtlb explore`;
});
