import { EVENT_KINDS, type EventKind } from '../../../spec/events/event.ts';
import { formatEvent } from '../../trace/print.ts';
import type { Successor } from '../model/neighbourhood.ts';
import { link, nextSteps, pick, runs, triesEvents } from './state.ts';

type EventChoice = Pick<Successor, 'event' | 'outcome' | 'same' | 'breaks' | 'failure'>;

/** What is said of an event that was not tried. */
const UNTRIED = { outcome: 'ok', same: false, breaks: [], failure: null } as const;

/** Every event of the layout, by kind; those that the architecture refuses now are marked and do nothing. */
export function Events() {
  const choices: readonly EventChoice[] =
    nextSteps.value ?? runs.value[0].world.layout.events.map((event) => ({ event, ...UNTRIED }));
  const byKind = EVENT_KINDS.map(
    (kind) => [kind, choices.filter(({ event }) => event.kind === kind)] as const,
  ).filter(([, some]) => some.length > 0);
  return (
    <section class="panel events" aria-labelledby="events-heading">
      <h2 id="events-heading" tabIndex={-1}>
        Events <small>from step {link.value.step}</small>
      </h2>
      {!triesEvents.value && <p class="hint">Too many to try each of them: what they do is not marked.</p>}
      {byKind.map(([kind, some]) => (
        <Kind key={kind} kind={kind} some={some} />
      ))}
    </section>
  );
}

function Kind({ kind, some }: { kind: EventKind; some: readonly EventChoice[] }) {
  return (
    <div class="kind">
      <h3>{kind}</h3>
      <ul>
        {some.map((successor) => (
          <li key={formatEvent(successor.event)}>
            <EventButton kind={kind} successor={successor} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function EventButton({ kind, successor }: { kind: EventKind; successor: EventChoice }) {
  const { event, outcome, same, breaks: newlyBroken, failure } = successor;
  const text = formatEvent(event);
  const breaks = newlyBroken.length > 0;
  const refused = outcome === '#GP' && !breaks;
  const isStill = same && failure === null;
  const what = refused
    ? '#GP, is refused'
    : breaks
      ? `breaks ${newlyBroken.join(', ')}`
      : (failure ?? (isStill ? 'changes nothing' : ''));
  return (
    <button
      type="button"
      class={`pick ${refused ? 'refused' : ''} ${isStill ? 'same' : ''} ${breaks ? 'breaks' : ''}`}
      aria-label={what === '' ? text : `${text}${refused ? ' ' : ', '}${what}`}
      aria-disabled={refused}
      title={what === '' ? text : `${text}: ${what}`}
      onClick={() => {
        if (!refused) pick(event);
      }}
    >
      {shortened(kind, text)}
      {refused && ' '}
      {refused && <span class="tag">#GP</span>}
      {breaks && <span class="tag is-broken">!</span>}
      {failure !== null && <span class="tag is-broken">fails</span>}
      {isStill && !refused && !breaks && <span class="tag">=</span>}
    </button>
  );
}

/** An event without its kind, which stands above; whole where the vCPU comes first. */
function shortened(kind: EventKind, text: string): string {
  return text.startsWith(`${kind} `) ? text.slice(kind.length + 1) : text;
}
