import { type CheckpointHead, FORMAT, SECTIONS, sectionBytes } from './checkpoint.ts';
import type { Found } from './goals.ts';
import { bitsOf, maskOf } from './goals.ts';
import type { Model } from './model.ts';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isWord = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) === ((value as number) | 0);
const isList = <T>(value: unknown, isEntry: (each: unknown) => each is T): value is T[] =>
  Array.isArray(value) && value.every(isEntry);

/** What each field of a head is, of whatever model. */
const FIELDS: Readonly<
  Record<keyof CheckpointHead, readonly [what: string, holds: (value: unknown) => boolean]>
> = {
  identity: ['a text', (value) => typeof value === 'string'],
  build: ['a text', (value) => typeof value === 'string'],
  words: ['a count', isCount],
  facts: ['a count', isCount],
  symmetry: ['true or false', (value) => typeof value === 'boolean'],
  transitions: ['a count', isCount],
  level: ['a count', isCount],
  depth: ['a count', isCount],
  expansions: ['a count', isCount],
  event: ['a count', isCount],
  newborn: ['a count', isCount],
  wanted: ['a 32-bit word', isWord],
  untraced: ['a 32-bit word', isWord],
  found: ['goals with their traces', (value) => isList(value, isFound)],
  fired: ['a list of counts', (value) => isList(value, isCount)],
  noted: ['a list of 32-bit words', (value) => isList(value, isWord)],
  origins: ['true or false', (value) => typeof value === 'boolean'],
  countBytes: ['1 or 2', (value) => value === 1 || value === 2],
  entries: [
    'a count for each section',
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      SECTIONS.every((section) => isCount((value as CheckpointHead['entries'])[section])),
  ],
};

function isFound(value: unknown): value is Found {
  if (typeof value !== 'object' || value === null) return false;
  const { goal, trace } = value as Partial<Found>;
  return isCount(goal) && isList(trace, isCount);
}

/** What is wrong with the fields of a head, whatever it is of; null if nothing is. */
export function wrongField(head: unknown): string | null {
  if (typeof head !== 'object' || head === null) return 'its head is no object';
  for (const [field, [what, holds]] of Object.entries(FIELDS))
    if (!holds((head as Record<string, unknown>)[field])) return `its ${field} is not ${what}`;
  return null;
}

/**
 * What does not fit in a head of a model's search: a number to the others, to the model, or to the file; null if
 * nothing. `start` is where the body begins in a file of `size` bytes.
 */
export function misfit(head: CheckpointHead, model: Model, start: number, size: number): string | null {
  const {
    transitions,
    level,
    depth,
    event,
    newborn,
    wanted,
    untraced,
    found,
    fired,
    noted,
    origins,
    entries,
  } = head;
  const { keys, current, next, events, children } = entries;
  const all = maskOf(model, () => true);
  const sum = fired.reduce((total, count) => total + count, 0);
  const body = SECTIONS.reduce((bytes, section) => bytes + sectionBytes(head, section), 0);
  const traced = found.map(({ goal }) => goal);
  const goals = [...bitsOf(wanted), ...bitsOf(untraced), ...traced];
  const rules: readonly (readonly [fits: boolean, what: string])[] = [
    [start + body + FORMAT.checksumBytes === size, 'entries do not fill the file'],
    [keys > 0 && current + next <= keys, 'entries are more states to expand than states'],
    [
      !origins || (model.facts === 0 && events === keys - 1 && children === keys - current - next),
      'entries are not of this many states',
    ],
    [
      origins || (events === 0 && children === 0 && newborn === 0),
      'entries tell of origins that are not known',
    ],
    [head.countBytes === (origins && model.events > 255 ? 2 : 1), 'countBytes is not of this many events'],
    [event <= model.events && (event === 0 || current > 0), 'event is none of the model'],
    [newborn < keys, 'newborn is more than there are states'],
    [depth <= level + 1 && depth < keys, 'depth does not fit to its level'],
    [fired.length === model.events && sum === transitions, 'fired does not add up to its transitions'],
    [noted.length === model.noted.length, 'noted is of other notes'],
    [goals.length === new Set(goals).size, 'goals are wanted and found'],
    [((wanted | untraced) & ~all) === 0, 'goals are none of the model'],
    [traced.every((goal) => goal < model.goals.length), 'goals are none of the model'],
    [
      found.every(({ trace }) => trace.every((each) => each < model.events)),
      'found has events that are none of the model',
    ],
  ];
  const broken = rules.find(([fits]) => !fits);
  return broken === undefined ? null : `its ${broken[1]}`;
}

/** The goal that a trace of a head does not lead to, in words; null if all do. Leaves the model as it was made. */
export function falseTrace({ found }: CheckpointHead, model: Model): string | null {
  const buffer = new Int32Array(model.bufferWords);
  const leads = ({ goal, trace }: Found) => {
    model.initial(buffer);
    let mask = 0;
    for (const event of trace) {
      mask = model.step(buffer, event, 1 << goal);
      if (mask < 0) return false;
    }
    return (((mask | model.inspect(buffer, 1 << goal)) >>> goal) & 1) === 1;
  };
  const wrong = found.find((each) => !leads(each));
  model.noted.fill(0);
  model.initial(buffer);
  return wrong === undefined ? null : `its trace to '${model.goals[wrong.goal]?.name}' does not lead there`;
}
