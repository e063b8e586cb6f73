import { useState } from 'preact/hooks';
import { SOMETIMES } from '../../../spec/properties/sometimes.ts';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import { kernelName } from '../model/worlds.ts';
import { GOALS, type SearchProgress } from '../search/search.ts';
import { cancel, find, inWorker, type SearchState, search } from './search.ts';
import { link } from './state.ts';

/** Finding a counterexample or a witness, from the start, under the kernel that is shown. */
export function Search() {
  return (
    <section class="panel search" aria-labelledby="search-heading">
      <h2 id="search-heading">
        Search <small>{kernelName(link.value)} from the start</small>
      </h2>
      <Seek kind="counterexample" initial={SAFETY} verb="Find a counterexample" to="to" />
      <Seek kind="witness" initial={SOMETIMES[0].name} verb="Find a witness" to="of" />
      <Status state={search.value} />
      {!inWorker && <p class="hint">Opened as a file, the page searches by itself instead of in a worker.</p>}
    </section>
  );
}

interface SeekProps {
  readonly kind: 'counterexample' | 'witness';
  readonly initial: string;
  readonly verb: string;
  readonly to: string;
}

function Seek({ kind, initial, verb, to }: SeekProps) {
  const [goal, setGoal] = useState(initial);
  return (
    <div class="seek">
      <button type="button" disabled={search.value.kind === 'running'} onClick={() => find(goal)}>
        {verb}
      </button>
      <label>
        <span>{to}</span>
        <select value={goal} onChange={(event) => setGoal(event.currentTarget.value)}>
          {GOALS.filter((each) => each.kind === kind).map(({ name, doc }) => (
            <option key={name} value={name} title={doc} selected={name === goal}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Status({ state }: { state: SearchState }) {
  if (state.kind === 'none') return null;
  const { goal } = state.job;
  if (state.kind === 'running') {
    return (
      <div class="found running">
        <p>
          <progress aria-label={`Searching for ${goal}`} /> searching for <b>{goal}</b>
        </p>
        <p class="counts">{counts(state.progress)}</p>
        <button type="button" onClick={cancel}>
          Cancel
        </button>
      </div>
    );
  }
  if (state.kind === 'cancelled') {
    return (
      <p class="found">
        Cancelled after {counts(state.progress)}: nothing is known of <b>{goal}</b>.
      </p>
    );
  }
  if (state.kind === 'failed') return <p class="found wrong">The search failed: {state.message}</p>;
  const { end } = state;
  return (
    <p class="found">
      {end.outcome === 'found' && `Found, no shorter one exists: ${end.trace.length} events. `}
      {end.outcome === 'none' && 'None: exhaustive, every reachable state of this layout was seen. '}
      {end.outcome === 'memory' && 'Stopped for want of memory: nothing is known. '}
      {end.outcome === 'apart' &&
        'Nothing is proved: two ways lead to a state that looks the same, and the code then does not do the same. '}
      <b>{end.outcome === 'found' ? end.goal : goal}</b>, {counts(end)}.
    </p>
  );
}

function counts({ states, transitions, depth }: SearchProgress): string {
  return `${states.toLocaleString('en')} states, ${transitions.toLocaleString('en')} transitions, depth ${depth}`;
}
