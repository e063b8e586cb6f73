import { signal } from '@preact/signals';
import { formatLink } from '../link.ts';
import { link, said } from './state.ts';

/** The link that was copied last, or failed to be; null before. */
const copied = signal<{ readonly hash: string; readonly isCopied: boolean } | null>(null);

/** The address of the state that is shown: copied by a click, a link for everything else that a browser does. */
export function CopyLink() {
  const hash = `#${formatLink(link.value)}`;
  const done = copied.value?.hash === hash ? copied.value : null;
  return (
    <a
      class="button"
      href={hash}
      title="The address of this page holds all of this state"
      onClick={(event) => {
        event.preventDefault();
        void copy(hash);
      }}
    >
      Link to this state
      {done !== null && <span class="tag">{done.isCopied ? 'copied' : 'not copied: take the address'}</span>}
    </a>
  );
}

async function copy(hash: string): Promise<void> {
  history.replaceState(null, '', hash);
  const isCopied = await writeToClipboard(location.href);
  copied.value = { hash, isCopied };
  said.value = isCopied
    ? 'The link was copied.'
    : 'The link could not be copied: take it from the address bar.';
}

/** Whether the browser let it: a page that came over plain HTTP from elsewhere has no clipboard at all. */
async function writeToClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
