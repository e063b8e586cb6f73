import type { Change, Picture } from '../../picture/picture.ts';
import type { ReplayStep } from '../../replay/replay.ts';
import { phasesOf } from '../model/phases.ts';
import type { TimelineRow } from '../model/timeline.ts';
import { docOf } from './deed.tsx';
import { Examples } from './examples.tsx';
import { kernelNames, link, pictures, type Run, runs, timelines } from './state.ts';
import { TraceText } from './trace-text.tsx';

/** What the step that is shown did under each kernel, the trace as text, and traces to begin with. */
export function ThisStep() {
  const { step } = link.value;
  return (
    <section class="panel this-step" aria-labelledby="this-step-heading">
      <h2 id="this-step-heading">{step === 0 ? 'Start' : `Step ${step}`}</h2>
      {step > 0 &&
        runs.value.map((run, side) => <Arrow key={kernelNames.value[side]} run={run} side={side} />)}
      <TraceText />
      <Examples />
    </section>
  );
}

/** The differences that a step makes under one kernel, all at once and part by part. */
function Arrow({ run, side }: { run: Run; side: number }) {
  const { step } = link.value;
  const taken = run.replay.steps[step - 1] as ReplayStep;
  const { requests, sees } = taken.exit;
  const whose = runs.value.length > 1 ? `, ${kernelNames.value[side]}` : '';
  const { changes } = pictures.value[side] as Picture;
  return (
    <div class="arrow">
      {runs.value.length > 1 && <h3>{kernelNames.value[side]}</h3>}
      {requests.length > 0 && <p class="raised">requests {requests.join(', ')}</p>}
      {sees.length > 0 && <p class="raised">reads {sees.join(' or ')}</p>}
      {changes.length === 0 && <p class="raised">changes nothing</p>}
      <Changes changes={changes} />
      <Decided row={timelines.value[side]?.rows[step] as TimelineRow} />
      {taken.outcome === 'ok' && (
        <details>
          <summary>Exit, enter, speculate</summary>
          {phasesOf(run.world, taken).map(({ name, doc, changes: some }) => (
            <section key={name} class="phase" aria-label={`${name}${whose}`}>
              <h3>{name}</h3>
              <p class="doc">{doc}</p>
              {some.length === 0 ? <p class="nothing">nothing</p> : <Changes changes={some} />}
            </section>
          ))}
        </details>
      )}
    </div>
  );
}

function Changes({ changes }: { changes: readonly Change[] }) {
  return (
    <ul class="changes">
      {changes.map(({ text }) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}

/** The decisions that the step asked for: those that acted in words, the others by name. */
function Decided({ row: { consulted } }: { row: TimelineRow }) {
  const acted = consulted.filter((each) => each.acted);
  const others = consulted.filter((each) => !each.acted);
  return (
    <div class="decided">
      {acted.map(({ decision, value }) => (
        <p key={decision}>
          <code>
            {decision}={value}
          </code>{' '}
          acted. {docOf(decision, value)}.
        </p>
      ))}
      {others.length > 0 && (
        <p class="hint">
          Also asked, and the step is the same whatever it says:{' '}
          {others.map(({ decision, value }) => `${decision}=${value}`).join(', ')}.
        </p>
      )}
    </div>
  );
}
