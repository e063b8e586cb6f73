import type { Change, Picture } from '../../picture/picture.ts';
import type { ReplayStep } from '../../replay/replay.ts';
import { formatEvent } from '../../trace/print.ts';
import { phasesOf } from '../model/phases.ts';
import { kernelName } from '../model/worlds.ts';
import { Examples } from './examples.tsx';
import { divergence, jump, link, pictures, type Run, runs } from './state.ts';
import { TraceText } from './trace-text.tsx';

/** The events so far: where one stands, what each step changed, and the way back and forth. */
export function Trace() {
  const { step, events } = link.value;
  const [run] = runs.value;
  return (
    <nav class="panel trace" aria-labelledby="trace-heading">
      <h2 id="trace-heading">Trace</h2>
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
      {isCurrent && runs.value.map((each, i) => <Arrow key={kernelNames()[i]} run={each} at={at} side={i} />)}
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

/** The names of the kernels that are shown. */
function kernelNames(): string[] {
  const { versus } = link.value;
  return [link.value, ...(versus === null ? [] : [versus])].map(kernelName);
}

interface ArrowProps {
  readonly run: Run;
  readonly at: number;
  /** Which of the kernels it is. */
  readonly side: number;
}

/** The differences that a step makes under one kernel, all at once and part by part. */
function Arrow({ run, at, side }: ArrowProps) {
  const taken = run.replay.steps[at - 1] as ReplayStep;
  const { requests, sees } = taken.exit;
  const { changes } = pictures.value[side] as Picture;
  return (
    <div class="arrow">
      {runs.value.length > 1 && <h3>{kernelNames()[side]}</h3>}
      {requests.length > 0 && <p class="raised">requests {requests.join(', ')}</p>}
      {sees.length > 0 && <p class="raised">reads {sees.join(' or ')}</p>}
      {changes.length === 0 && <p class="raised">changes nothing</p>}
      <Changes changes={changes} />
      {taken.outcome === 'ok' && (
        <details>
          <summary>Exit, enter, speculate</summary>
          {phasesOf(run.world, taken).map(({ name, doc, changes: some }) => (
            <section key={name} class="phase" aria-label={name}>
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
