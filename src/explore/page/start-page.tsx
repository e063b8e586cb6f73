import { render } from 'preact';
import { App } from './app.tsx';
import { listenToKeys } from './keys.ts';
import { listenForTerms } from './tip.tsx';

/** Draws the page and listens to its keys. */
export function startPage(): void {
  render(<App />, document.getElementById('app') as HTMLElement);
  listenToKeys();
  listenForTerms();
}
