import { signal } from '@preact/signals';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { parseTrace } from '../../trace/parse.ts';
import { formatLink, parseLink } from '../link.ts';
import type { SearchEnd, SearchJob, SearchProgress } from '../search/search.ts';
import { PageSearch } from '../search/search.ts';
import { link, said, show } from './state.ts';
import type { FromWorker } from './worker.ts';

/** How the search stands that was last begun. */
export type SearchState =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly job: SearchJob; readonly progress: SearchProgress }
  | { readonly kind: 'cancelled'; readonly job: SearchJob; readonly progress: SearchProgress }
  | { readonly kind: 'failed'; readonly job: SearchJob; readonly message: string }
  | { readonly kind: 'ended'; readonly job: SearchJob; readonly end: SearchEnd };

export const search = signal<SearchState>({ kind: 'none' });

/** Whether searches run in a worker: a page that is opened as a file may start none. */
export const inWorker = location.protocol !== 'file:';

let stop: () => void = () => {};

/** Looks for a way to break or witness a property, from the start, under the kernel that is shown. */
export function find(goal: string): void {
  stop();
  const job = { link: formatLink({ ...link.value, events: [], step: null, versus: null }), goal };
  search.value = { kind: 'running', job, progress: { states: 1, transitions: 0, depth: 0 } };
  said.value = `Searching for ${goal}.`;
  try {
    stop = inWorker ? searchInWorker(job) : searchHere(job);
  } catch (error) {
    take(job, { kind: 'failed', message: (error as Error).message });
  }
}

/** Ends the search that runs. */
export function cancel(): void {
  const now = search.value;
  if (now.kind !== 'running') return;
  stop();
  search.value = { kind: 'cancelled', job: now.job, progress: now.progress };
  said.value = `Search cancelled after ${now.progress.states} states.`;
}

function searchInWorker(job: SearchJob): () => void {
  const worker = new Worker('explorer.js');
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    take(job, data);
    if (data.kind !== 'progress') worker.terminate();
  };
  worker.onerror = (event) => {
    take(job, { kind: 'failed', message: event.message ?? 'the worker could not be started' });
    worker.terminate();
  };
  worker.postMessage(job);
  return () => worker.terminate();
}

/** Searches in this thread, with turns for the page in between. */
function searchHere(job: SearchJob): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const begun = new PageSearch(job);
  const turn = () => {
    const end = begun.run();
    take(job, end === null ? { kind: 'progress', progress: begun.progress } : { kind: 'ended', end });
    if (end === null) timer = setTimeout(turn);
  };
  timer = setTimeout(turn);
  return () => clearTimeout(timer);
}

function take(job: SearchJob, message: FromWorker): void {
  if (message.kind === 'progress') search.value = { kind: 'running', job, progress: message.progress };
  else if (message.kind === 'failed') search.value = { kind: 'failed', job, message: message.message };
  else finish(job, message.end);
}

/** How a search that found nothing is told to have ended. */
const ENDED = {
  none: 'None: searched whole,',
  memory: 'Out of memory after',
  apart: 'Nothing is proved: states that look the same are not,',
} as const;

function finish(job: SearchJob, end: SearchEnd): void {
  search.value = { kind: 'ended', job, end };
  const counts = `${end.states} states, ${end.transitions} transitions, depth ${end.depth}`;
  if (end.outcome === 'found') {
    const searched = parseLink(job.link);
    const layout = buildLayout(LAYOUTS[searched.layout], searched.bounds);
    const events = parseTrace(end.trace.join('\n'), layout).map(({ event }) => event);
    show({ ...searched, versus: link.value.versus, events, step: null });
    said.value = `Found after ${counts}: ${end.trace.join('; ')}.`;
  } else {
    said.value = `${ENDED[end.outcome]} ${counts}.`;
  }
}
