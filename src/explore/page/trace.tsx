import type { ReplayStep } from '../../replay/replay.ts';
import { formatEvent } from '../../trace/print.ts';
import { phasesOf } from '../phases.ts';
import { Examples } from './examples.tsx';
import { divergence, jump, link, pictures, type Run, runs } from './state.ts';
import { TraceText } from './trace-text.tsx';

/** The events so far: where one stands, what each step changed, and the way back and forth. */
export function Trace() {
  const { step, events } = link.value;
  const [run] = runs.value;
  return (
    <nav class="panel trace" aria-labelledby="trace-heading">
      <div class="bar">
        <h2 id="trace-heading">Trace</h2>
        <span class="where">
          step {step} of {events.length}
        </span>
      </div>
      <div class="buttons">
        <button type="button" onClick={() => jump(step - 1)} disabled={step === 0}>
          Undo <kbd>k</kbd>
        </button>
        <button type="button" onClick={() => jump(step + 1)} disabled={step === events.length}>
          Redo <kbd>j</kbd>
        </button>
      </div>
      <ol class="steps" start={0}>
        <li class={step === 0 ? 'current' : ''}>
          <StepButton at={0} text="start" />
        </li>
        {events.map((event, i) => (
          <StepItem key={i} at={i + 1} text={formatEvent(event)} run={run} />
        ))}
      </ol>
      {events.length === 0 && (
        <p class="hint">Click an event to take the first step, or begin with an example.</p>
      )}
      <TraceText />
      <Examples />
    </nav>
  );
}

function StepItem({ at, text, run }: { at: number; text: string; run: Run }) {
  const { step } = link.value;
  const taken = run.replay.steps[at - 1] as ReplayStep;
  const parted = divergence.value?.step === at;
  const isCurrent = at === step;
  return (
    <li class={`${isCurrent ? 'current' : ''} ${at > step ? 'ahead' : ''}`}>
      <StepButton at={at} text={text} taken={taken} />
      {parted && <p class="parts">the kernels part here</p>}
      {isCurrent && <Arrow run={run} taken={taken} />}
    </li>
  );
}

function StepButton({ at, text, taken }: { at: number; text: string; taken?: ReplayStep }) {
  const isCurrent = at === link.value.step;
  const broken = taken?.breaches.map(({ property }) => property) ?? [];
  return (
    <button type="button" class="step" aria-current={isCurrent ? 'step' : undefined} onClick={() => jump(at)}>
      <span class="number">{at}</span>
      <span class="event">{text}</span>
      {taken?.outcome === '#GP' && <span class="tag">#GP</span>}
      {broken.length > 0 && (
        <span class="tag is-broken" title={broken.join(', ')}>
          ! broken
        </span>
      )}
    </button>
  );
}

/** The differences that a step makes, all at once and part by part. */
function Arrow({ run, taken }: { run: Run; taken: ReplayStep }) {
  const { changes, step } = pictures.value[0];
  return (
    <div class="arrow">
      {step !== null && step.requests.length > 0 && <p class="raised">requests {step.requests.join(', ')}</p>}
      {step !== null && step.sees.length > 0 && <p class="raised">reads {step.sees.join(' or ')}</p>}
      {changes.length === 0 && <p class="raised">changes nothing</p>}
      <ul class="changes">
        {changes.map(({ text }) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {taken.outcome === 'ok' && (
        <details>
          <summary>Exit, enter, speculate</summary>
          {phasesOf(run.world, taken).map(({ name, doc, changes: some }) => (
            <section key={name} class="phase" aria-label={name}>
              <h3 title={doc}>{name}</h3>
              <p class="doc">{doc}</p>
              <ul class="changes">
                {some.map(({ text }) => (
                  <li key={text}>{text}</li>
                ))}
                {some.length === 0 && <li class="nothing">nothing</li>}
              </ul>
            </section>
          ))}
        </details>
      )}
    </div>
  );
}
