import { formatLink, START } from '../link.ts';
import type { LinkError } from '../link-error.ts';
import { givenAddress } from './state.ts';

/** What is shown in place of a state where the address says none. */
export function BrokenLink({ error }: { error: LinkError }) {
  return (
    <main class="broken">
      <h1>
        <span class="brand">vtlb</span> This link cannot be read
      </h1>
      <dl>
        <dt>Where</dt>
        <dd>
          <code>{error.place}</code>
        </dd>
        <dt>Expected</dt>
        <dd>{error.expected}</dd>
        <dt>Found</dt>
        <dd>
          <code>{error.found}</code>
        </dd>
        <dt>The address</dt>
        <dd>
          <code class="wraps">{givenAddress.value}</code>
        </dd>
      </dl>
      <p>
        Mend the address, or <a href={`#${formatLink(START)}`}>start afresh</a>. A link reads like{' '}
        <code>#kernel=v5.13&layout=minimal&events=access+u0;mov-cr3+b&step=2</code>; kernel, contract, layout,
        bound, set, versus, versus-set, events and step may each be left out.
      </p>
    </main>
  );
}
