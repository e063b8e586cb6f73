import { formatEvent } from '../../src/trace/print.ts';
import { vtlb } from '../run-vtlb.ts';
import { type Compared, compare } from './compare.ts';
import { type Configuration, checkArguments } from './configuration.ts';
import { configurationAt } from './draw.ts';
import { minimise } from './minimise.ts';
import { describeDiffering } from './report.ts';
import { Tally } from './tally.ts';

/** What to compare. */
export interface SweepInput {
  readonly seed: number;
  readonly count: number;
  /** The number of the first one. */
  readonly first: number;
  /** States beyond which no plain search goes; none by default but what each configuration says. */
  readonly mostStates?: number;
  /** One of so many is also run as a command. */
  readonly commandEach: number;
  readonly onProgress?: (done: number) => void;
  /** Told at once of each difference. */
  readonly onDiffering?: (text: string) => void;
}

/** What a sweep came to. */
export interface Swept {
  readonly tally: Tally;
  /** What differs, each with the commands that show it. */
  readonly differing: readonly string[];
}

/** Differences after which a sweep ends. */
const ENOUGH = 3;
/** Draws after which there must be one that can be compared. */
const MOST_DRAWS = 50;

/** Compares so many configurations of a seed: the same ones for the same seed. */
export async function sweep(input: SweepInput): Promise<Swept> {
  const { seed, count, first, onProgress, onDiffering } = input;
  const tally = new Tally();
  const differing: string[] = [];
  for (let number = first; number < first + count && differing.length < ENOUGH; number++) {
    const found = await compareNumber(input, number, tally);
    if (found !== null) {
      const again = `npm run test:trust -- --seed ${seed} --first ${number} --count 1`;
      const text = `configuration ${number} of seed ${seed} (${again})\n${found}`;
      differing.push(text);
      onDiffering?.(text);
    }
    onProgress?.(number - first + 1);
  }
  return { tally, differing };
}

/** Compares the first configuration of a number that can be compared; what differs, in words. */
async function compareNumber(input: SweepInput, number: number, tally: Tally): Promise<string | null> {
  const { seed, mostStates = Number.POSITIVE_INFINITY, commandEach } = input;
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const drawn = configurationAt(seed, number, draw);
    const configuration = { ...drawn, plainStates: Math.min(drawn.plainStates, mostStates) };
    const compared = await compare(configuration);
    const differing = { configuration, compared };
    if (compared.differences.length > 0) {
      const least = await minimise(differing);
      return [describeDiffering('as drawn:', differing), describeDiffering('smaller:', least)].join('\n');
    }
    const asCommand = number % commandEach === 0 && compared.how !== 'nothing' && compared.how !== 'levels';
    tally.add(configuration, compared, asCommand);
    if (compared.how === 'nothing') continue;
    return asCommand ? commandDifference(configuration, compared) : null;
  }
  throw new Error(`no configuration ${number} of seed ${seed} can be compared`);
}

/** What the command says otherwise than the functions that it calls. */
function commandDifference(configuration: Configuration, { plan, result }: Compared): string | null {
  const limit = plan.maxStates === null ? [] : ['--max-states', String(plan.maxStates)];
  const args = [
    ...checkArguments(configuration),
    ...limit,
    '--workers',
    String(configuration.workers),
    '--json',
  ];
  const { stdout, stderr } = vtlb(args);
  if (stdout === '') return `npx vtlb ${args.join(' ')}: ${stderr}`;
  const { states, facts, transitions, depth, violation } = JSON.parse(stdout);
  const said = {
    states,
    facts,
    transitions,
    depth,
    violation: violation && [violation.property, violation.trace],
  };
  const [broken] = result?.violations ?? [];
  const expected = {
    states: result?.states,
    facts: result?.facts,
    transitions: result?.transitions,
    depth: result?.depth,
    violation: broken ? [broken.property, broken.trace.map(formatEvent)] : null,
  };
  const [one, other] = [JSON.stringify(expected), JSON.stringify(said)];
  return one === other ? null : `npx vtlb ${args.join(' ')}: expected ${one}, not ${other}`;
}
