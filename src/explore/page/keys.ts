import { signal } from '@preact/signals';
import { jump, jumpToBroken, link } from './state.ts';

/** Whether the list of keys is shown. */
export const helpShown = signal(false);

/** What each key does. */
export const KEYS: readonly {
  readonly keys: readonly string[];
  readonly doc: string;
  readonly act: () => void;
}[] = [
  { keys: ['j', 'ArrowRight', 'r'], doc: 'redo: to the next step', act: () => jump(link.value.step + 1) },
  { keys: ['k', 'ArrowLeft', 'u'], doc: 'undo: to the step before', act: () => jump(link.value.step - 1) },
  { keys: ['n'], doc: 'to the next step that breaks something', act: () => jumpToBroken(1) },
  { keys: ['N'], doc: 'to the one before', act: () => jumpToBroken(-1) },
  { keys: ['g'], doc: 'to the start', act: () => jump(0) },
  { keys: ['G'], doc: 'to the last step', act: () => jump(link.value.events.length) },
  {
    keys: ['?'],
    doc: 'show or hide this list',
    act: () => {
      helpShown.value = !helpShown.value;
    },
  },
];

/** Elements that keep their keys to themselves. */
const TYPED_IN = 'input, select, textarea, [contenteditable]';

export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target instanceof Element && event.target.closest(TYPED_IN) !== null) return;
    if (event.key === 'Escape') helpShown.value = false;
    const key = KEYS.find(({ keys }) => keys.includes(event.key));
    if (key === undefined) return;
    event.preventDefault();
    key.act();
  });
}
