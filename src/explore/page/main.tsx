import { loadKernelsOf } from './load-kernels.ts';
import { startWorker } from './worker.ts';
import './style/index.css';

// The one script of the page is its worker's too.
if ('document' in globalThis)
  void loadKernelsOf(location.hash)
    .then(() => import('./start-page.tsx'))
    .then(({ startPage }) => startPage());
else startWorker();
