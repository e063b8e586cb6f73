import { useState } from 'preact/hooks';
import { TraceError } from '../../trace/error.ts';
import { parseTrace } from '../../trace/parse.ts';
import { formatEvent } from '../../trace/print.ts';
import { formatLink, MOST_EVENTS, parseLink } from '../link.ts';
import { LinkError } from '../link-error.ts';
import { link, runs, show } from './state.ts';

/** The trace as the command line writes and reads it, to be copied out or pasted in. */
export function TraceText() {
  const [wrong, setWrong] = useState<string | null>(null);
  const text = link.value.events.map(formatEvent).join('\n');
  return (
    <details class="trace-text">
      <summary>As text</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setWrong(carryOut(new FormData(event.currentTarget).get('trace') as string));
        }}
      >
        <textarea
          name="trace"
          aria-label="The trace, one event a line"
          aria-invalid={wrong !== null}
          rows={Math.min(12, Math.max(4, link.value.events.length + 1))}
          spellcheck={false}
          defaultValue={text}
          key={text}
        />
        {wrong !== null && (
          <p class="wrong" role="alert">
            {wrong}
          </p>
        )}
        <button type="submit">Carry out</button>
      </form>
    </details>
  );
}

/** Shows the state after a trace, or says what is wrong with it. */
function carryOut(text: string): string | null {
  try {
    const events = parseTrace(text, runs.value[0].world.layout).map(({ event }) => event);
    if (events.length > MOST_EVENTS) return `expected at most ${MOST_EVENTS} events, found ${events.length}`;
    parseLink(formatLink({ ...link.value, events, step: null }));
    show({ events, step: null });
    return null;
  } catch (error) {
    if (error instanceof TraceError || error instanceof LinkError) return error.message;
    throw error;
  }
}
