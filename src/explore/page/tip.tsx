import { signal } from '@preact/signals';
import { explain } from '../model/explain.ts';

/** An explanation, and where it stands in the window. */
interface Explained {
  readonly term: HTMLElement;
  readonly text: string;
  readonly left: number;
  readonly top: number;
}

/** What is explained; null while nothing is. */
const shown = signal<Explained | null>(null);

const ID = 'tip';
/** Pixels between a term and its explanation, and between that and the edge of the window. */
const GAP = 6;
const WIDTH = 320;

/** The explanation of the term that is pointed at or has the focus. */
export function Tip() {
  const tip = shown.value;
  if (tip === null) return null;
  return (
    <p class="tip" id={ID} role="tooltip" style={{ left: `${tip.left}px`, top: `${tip.top}px` }}>
      {tip.text}
    </p>
  );
}

/** Shows explanations from now on. One listener serves every term, for there are thousands in a long trace. */
export function listenForTerms(): void {
  for (const kind of ['mouseover', 'focusin']) document.addEventListener(kind, ({ target }) => point(target));
  document.addEventListener('focusout', () => point(null));
  document.addEventListener('scroll', () => point(shown.value?.term ?? null), true);
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') point(null);
  });
}

function point(target: EventTarget | null): void {
  const term = target instanceof Element ? target.closest<HTMLElement>('[data-term]') : null;
  const text = term && explain(term.dataset.term as string);
  if (term === null || text === null) {
    if (shown.value !== null) shown.value = null;
    return;
  }
  term.setAttribute('aria-describedby', ID);
  const { left, bottom } = term.getBoundingClientRect();
  const most = document.documentElement.clientWidth - WIDTH - GAP;
  shown.value = { term, text, left: Math.max(GAP, Math.min(left, most)), top: bottom + GAP };
}
