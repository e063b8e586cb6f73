import { changesBetween } from '../../picture/changes.ts';
import type { Divergence } from '../model/divergence.ts';
import { failure, jump, kernelNames, link, machines, parted, runs } from './state.ts';

/** Where two kernels part: the first step that the guest sees differ, and on demand where they do so inside. */
export function Parting() {
  const [first] = parted.value;
  if (first === undefined) {
    const where = failure.value === null ? 'on these events, in every step and state' : 'up to what fails';
    return <p class="parting">The two kernels do the same {where}.</p>;
  }
  const seen = parted.value.find((each) => each.seen.length > 0);
  const inside = parted.value.filter((each) => each.inside.length > 0);
  return (
    <div class="parting differs">
      {seen === undefined ? (
        <p>
          The guest sees no difference on these events. <Kernels />
        </p>
      ) : (
        <>
          <p>
            First divergence that the guest sees, at <ToStep step={seen.step} />: <Kernels />
          </p>
          <Texts texts={seen.seen} />
        </>
      )}
      <details>
        <summary>{insideText(inside)}</summary>
        {inside.map((each) => (
          <Inside key={each.step} each={each} />
        ))}
      </details>
      <Now />
    </div>
  );
}

/** How often the kernels part where the guest does not see it. */
function insideText(inside: readonly Divergence[]): string {
  const [first] = inside;
  if (first === undefined) return 'Inside KVM and the TLBs they do the same';
  const others = inside.length - 1;
  const more = others === 0 ? '' : `, and anew at ${others} later ${others === 1 ? 'step' : 'steps'}`;
  return `Inside KVM and the TLBs they part at step ${first.step}${more}`;
}

/** Which is before the arrow, and which behind it. */
function Kernels() {
  return <small>{kernelNames.value.join(' -> ')}</small>;
}

function Inside({ each: { step, inside } }: { each: Divergence }) {
  return (
    <section aria-label={`divergence at step ${step}`}>
      <p>
        <ToStep step={step} />
      </p>
      <Texts texts={inside} />
    </section>
  );
}

/** All that differs in the state that is shown. */
function Now() {
  const [one, other] = machines.value;
  const now = other === undefined ? [] : changesBetween(runs.value[0].world.layout, one, other);
  if (now.length === 0) return null;
  return (
    <>
      <p>Here, after step {link.value.step}:</p>
      <Texts texts={now.map(({ text }) => text)} />
    </>
  );
}

function ToStep({ step }: { step: number }) {
  return (
    <button type="button" class="link" onClick={() => jump(step)}>
      step {step}
    </button>
  );
}

function Texts({ texts }: { texts: readonly string[] }) {
  return (
    <ul class="changes">
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
