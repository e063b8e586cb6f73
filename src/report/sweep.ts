import { formatScope } from '../check/scopes.ts';
import {
  type Collected,
  type Collection,
  unexercisedKernels,
  verdictOn,
  waitingIn,
} from '../sweep/collect.ts';
import { commandOf, kernelWords, ownBounds, pairsOf, titleOf } from '../sweep/line.ts';
import type { Plan } from '../sweep/plan.ts';
import type { Search } from '../sweep/search.ts';
import { formatTable } from './table.ts';
import { glue } from './wrap.ts';

const HEADER = ['kernel', 'contract', 'layout', 'bounds', 'verdict', 'states', 'facts', 'length', 'seconds'];

/** So many names are told one by one. */
const FEW = 8;

/** What came of a plan, for people. */
export function formatCollection(collection: Collection, width: number): string {
  const rows = collection.collected.map(rowOf);
  const waiting = waitingIn(collection);
  return [
    formatTable(
      HEADER,
      rows.map((row) => row.map((cell) => [cell])),
      width,
    ),
    '',
    ...refusals(collection),
    ...(waiting.length === 0
      ? []
      : [
          'To carry out what is missing, and nothing else:',
          ...waiting.map(({ line }) => `    ${glue(commandOf(line))}`),
          '',
        ]),
    ...verdictLines(collection),
  ].join('\n');
}

/** The same as Markdown, for a mail. */
export function collectionMarkdown(collection: Collection): string {
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const waiting = waitingIn(collection);
  return [
    ...verdictLines(collection).map((line) => `${line}  `),
    '',
    row(HEADER),
    row(HEADER.map((_, column) => (column < 5 ? '---' : '---:'))),
    ...collection.collected.map((each) => row(rowOf(each))),
    ...refusals(collection).map((line) => (line === '' ? '' : `- ${line}`)),
    ...(waiting.length === 0
      ? []
      : ['', 'What is missing:', '', ...waiting.map(({ line }) => `    ${commandOf(line)}`)]),
  ].join('\n');
}

/** How many searches a plan has, and of what. */
export function formatPlan({ searches, leftOut }: Plan): string {
  return [
    `${counted(searches.length)} planned: ${lookedAt(searches)}`,
    ...leftOut.map(({ kernel, layout, why }) => `not planned  ${kernel} on ${layout}: ${why}`),
  ].join('\n');
}

/** What came of one line, in a word. */
function wordOf({ state, result }: Collected): string {
  if (state !== 'answered' || result === null) return state;
  const isBad = result.verdict === 'violated' || result.verdict === 'broken';
  return isBad ? result.verdict.toUpperCase() : result.verdict;
}

function rowOf(collected: Collected): string[] {
  const { search } = collected.line;
  const { states = null, facts = null, broken = null, seconds = null } = collected.result ?? {};
  const { layout, bounds } = placeOf(search);
  return [
    kernelWords(search).join(' '),
    search.contract,
    layout,
    bounds,
    wordOf(collected),
    String(states ?? ''),
    String(facts ?? ''),
    String(broken?.trace.length ?? ''),
    seconds === null ? '' : seconds.toFixed(1),
  ];
}

function placeOf({ layout, bounds }: Search): { readonly layout: string; readonly bounds: string } {
  if (layout === null || bounds === null) return { layout: 'proof', bounds: 'any' };
  return { layout, bounds: pairsOf(ownBounds(layout, bounds)).join(' ') || 'its own' };
}

/** What cannot be counted, by name, and why. */
function refusals({ collected, refused }: Collection): string[] {
  const failed = collected.filter(({ state }) => state === 'failed');
  const lines = [
    ...failed.map(({ line, why }) => `failed  ${titleOf(line.search)}: ${why}`),
    ...refused.map(({ name, why }) => `refused  ${name}: ${why}`),
  ];
  return lines.length === 0 ? [] : [...lines, ''];
}

/** What all answers say together, how many they are of how many, and what was looked at. */
function verdictLines(collection: Collection): string[] {
  const { collected, plan, others } = collection;
  const count = (state: string) => collected.filter((each) => wordOf(each) === state).length;
  const words = [...new Set(collected.map(wordOf))];
  const tally = words.map((word) => `${count(word)} ${word}`).join(', ');
  const looked = collected.filter(({ state }) => state === 'answered').map(({ line }) => line.search);
  const never = unexercisedKernels(collection).map((search) => kernelWords(search).join(' '));
  const verdict = verdictOn(collection);
  return [
    `${verdict.toUpperCase()}  ${counted(collected.length)} planned: ${tally || 'nothing'}`,
    `looked at  ${looked.length === 0 ? 'nothing' : lookedAt(looked)}`,
    ...(verdict === 'not exercised' ? [`never exercised: what is changed in ${few(never)}`] : []),
    ...plan.leftOut.map(({ kernel, layout, why }) => `not planned  ${kernel} on ${layout}: ${why}`),
    ...(others === 0 ? [] : [`besides  ${others} answers that this plan does not ask for`]),
  ];
}

/** The kernels, contracts and layouts of some searches. */
function lookedAt(searches: readonly Search[]): string {
  const each = (name: string, of: (search: Search) => string[]) => {
    const values = [...new Set(searches.flatMap(of))];
    return values.length === 0 ? [] : [`${name}${values.length === 1 ? '' : 's'} ${few(values)}`];
  };
  const places = ({ layout, bounds }: Search) =>
    layout === null || bounds === null
      ? []
      : [glue(formatScope({ layout, bounds: ownBounds(layout, bounds) }))];
  const proofs = searches.filter(({ task }) => task === 'prove').length;
  return [
    ...each('kernel', (search) => [glue(kernelWords(search).join(' '))]),
    ...each('contract', ({ contract }) => [contract]),
    ...each('layout', places),
    ...(proofs === 0 ? [] : [`${proofs} proofs`]),
  ].join('; ');
}

function few(names: readonly string[]): string {
  if (names.length <= FEW) return names.join(', ');
  return `${names.slice(0, FEW).join(', ')} and ${names.length - FEW} more`;
}

function counted(searches: number): string {
  return `${searches} ${searches === 1 ? 'search' : 'searches'}`;
}
