import { basename } from 'node:path';
import { type Answer, AnswerError, readAnswer } from './answer.ts';
import { type Line, linesOf } from './line.ts';
import type { Plan } from './plan.ts';
import type { Result } from './result.ts';
import type { Search } from './search.ts';

/** What lies in the folder of a sweep, by the names of its files. */
export interface FolderContent {
  readonly answers: ReadonlyMap<string, string>;
  /** Why the line failed whose answer has this name. */
  readonly failures: ReadonlyMap<string, string>;
}

/** A line of a plan, and what came of it. */
export interface Collected {
  readonly line: Line;
  readonly state: 'answered' | 'stopped' | 'missing' | 'failed' | 'refused';
  /** What was found; of a search that was stopped, until then. */
  readonly result: Result | null;
  /** Why there is none. */
  readonly why: string | null;
}

/** A file that is no answer to be counted, and why. */
interface Refused {
  readonly name: string;
  readonly why: string;
}

/** A plan with what came of it. */
export interface Collection {
  readonly folder: string;
  readonly plan: Plan;
  readonly collected: readonly Collected[];
  readonly refused: readonly Refused[];
  /** Sound answers to what the plan does not ask. */
  readonly others: number;
}

/** What all answers say together: nothing holds over what is missing, and nothing is proved over what is open. */
export type SweepVerdict = 'violated' | 'incomplete' | 'not exercised' | 'open' | 'holds';

/** Reads what came of a plan. */
export function collect(plan: Plan, folder: string, { answers, failures }: FolderContent): Collection {
  const read = new Map<string, Answer>();
  const refused: Refused[] = [];
  for (const [name, text] of answers) {
    try {
      read.set(name, readAnswer(name, text, plan.build));
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      refused.push({ name, why: error.message });
    }
  }
  const collected = linesOf(plan, folder).map((line): Collected => {
    const name = basename(line.file);
    const result = read.get(name)?.result ?? null;
    if (result !== null)
      return { line, state: result.verdict === 'stopped' ? 'stopped' : 'answered', result, why: null };
    const bad = refused.find((each) => each.name === name);
    if (bad !== undefined) return { line, state: 'refused', result, why: bad.why };
    const failure = failures.get(name) ?? null;
    return { line, state: failure === null ? 'missing' : 'failed', result, why: failure };
  });
  const asked = new Set(collected.map(({ line }) => basename(line.file)));
  const others = [...read.keys()].filter((name) => !asked.has(name)).length;
  return { folder, plan, collected, refused, others };
}

/** What is still to be carried out. */
export function waitingIn({ collected }: Collection): Collected[] {
  return collected.filter(({ state }) => state !== 'answered');
}

/** Whether a search or a proof found something that breaks. */
function isBroken({ result }: Collected): boolean {
  return result !== null && result.broken !== null;
}

/** What all answers say together. */
export function verdictOn(collection: Collection): SweepVerdict {
  const { collected } = collection;
  if (collected.some(isBroken)) return 'violated';
  if (collected.length === 0 || waitingIn(collection).length > 0) return 'incomplete';
  if (unexercisedKernels(collection).length > 0) return 'not exercised';
  return collected.some(({ result }) => result?.verdict === 'open') ? 'open' : 'holds';
}

/** The questions to a kernel under a contract, of which together something that is changed in it was never exercised. */
export function unexercisedKernels({ collected }: Collection): Search[] {
  const groups = new Map<string, Collected[]>();
  for (const each of collected) {
    const { task, kernel, set, contract } = each.line.search;
    if (task === 'prove') continue;
    const key = JSON.stringify([kernel, set, contract]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].filter(isUnexercised).map(([first]) => (first as Collected).line.search);
}

/**
 * Where one search exercises what another does not, all is exercised. Of Linux's own code, in which nothing is known to
 * be changed, states may have been taken for one that are not: that no other search mends.
 */
function isUnexercised(group: readonly Collected[]): boolean {
  const results = group.flatMap(({ result }) => (result === null ? [] : [result]));
  if (results.some(({ verdict, unexercised }) => verdict === 'not exercised' && unexercised === null))
    return true;
  const lists = results.map(({ unexercised }) => unexercised ?? []);
  const [first = [], ...others] = lists;
  return first.some((name) => others.every((each) => each.includes(name)));
}
