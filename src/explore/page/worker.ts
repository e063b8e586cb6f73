import { PageSearch, type SearchEnd, type SearchJob, type SearchProgress } from '../search/search.ts';
import { loadKernelsOf } from './load-kernels.ts';

/** What a worker tells the page. */
export type FromWorker =
  | { readonly kind: 'progress'; readonly progress: SearchProgress }
  | { readonly kind: 'ended'; readonly end: SearchEnd }
  | { readonly kind: 'failed'; readonly message: string };

/** Milliseconds between two messages about how far a search is. */
const REFRESH_MS = 100;

/** What a worker needs of its global scope; the DOM's types know only a window's. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<SearchJob>) => void) | null;
  postMessage(message: FromWorker): void;
}

/** Waits for a search, carries it out and tells how it goes; the page ends it by ending the worker. */
export function startWorker(): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.onmessage = async ({ data }) => {
    try {
      await loadKernelsOf(data.link);
      carryOut(scope, data);
    } catch (error) {
      scope.postMessage({ kind: 'failed', message: (error as Error).message });
    }
  };
}

function carryOut(scope: WorkerScope, job: SearchJob): void {
  const search = new PageSearch(job);
  let told = performance.now();
  for (;;) {
    const end = search.run();
    if (end !== null) {
      scope.postMessage({ kind: 'ended', end });
      return;
    }
    if (performance.now() - told < REFRESH_MS) continue;
    told = performance.now();
    scope.postMessage({ kind: 'progress', progress: search.progress });
  }
}
