import { changesBetween } from '../../picture/changes.ts';
import type { Picture } from '../../picture/picture.ts';
import { kernelName } from '../model/worlds.ts';
import { divergence, jump, link, machines, pictures, runs } from './state.ts';
import { TablesView } from './tables-view.tsx';
import { VcpuView } from './vcpu-view.tsx';

/** The state that is shown, under one kernel or under two side by side. */
export function States() {
  const { versus } = link.value;
  const names = [link.value, ...(versus === null ? [] : [versus])].map(kernelName);
  return (
    <div class="states">
      {versus !== null && <Parting />}
      <div class="pictures">
        {pictures.value.map((picture, i) => (
          <State key={i} picture={picture} name={names[i] ?? ''} side={i} />
        ))}
      </div>
    </div>
  );
}

/** Where the two kernels part. */
function Parting() {
  const parted = divergence.value;
  if (parted === null) {
    return <p class="parting">The two kernels do the same on these events, in every step and state.</p>;
  }
  const { step, texts } = parted;
  const [one, other] = machines.value;
  const now = other === undefined ? [] : changesBetween(runs.value[0].world.layout, one, other);
  return (
    <div class="parting differs">
      <p>
        First divergence at{' '}
        <button type="button" class="link" onClick={() => jump(step)}>
          step {step}
        </button>
        , {link.value.kernel} {'->'} {link.value.versus?.kernel}:
      </p>
      <ul class="changes">
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      {now.length > 0 && link.value.step > step && (
        <>
          <p>Here, after step {link.value.step}:</p>
          <ul class="changes">
            {now.map(({ text }) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function State({ picture, name, side }: { picture: Picture; name: string; side: number }) {
  const { step, at } = picture;
  const changed = new Set(picture.changes.flatMap(({ keys }) => keys));
  const heading = `state-heading-${side}`;
  return (
    <section class="panel state" aria-labelledby={heading}>
      <div class="bar">
        <h2 id={heading}>{name}</h2>
        <span class="where">{step === null ? 'at the start' : `after step ${at}`}</span>
      </div>
      <Outcome picture={picture} />
      {picture.vcpus.map((vcpu) => (
        <VcpuView key={vcpu.cpu} vcpu={vcpu} changed={changed} isOnly={picture.vcpus.length === 1} />
      ))}
      <TablesView picture={picture} changed={changed} />
    </section>
  );
}

/** What the step came to: the event, and what it broke. */
function Outcome({ picture: { step } }: { picture: Picture }) {
  if (step === null) {
    return <p class="outcome">The guest runs in its first space; nothing is shadowed but the root.</p>;
  }
  const { event, outcome, breaches } = step;
  return (
    <div class={`outcome ${breaches.length > 0 ? 'is-broken' : ''}`}>
      <p>
        <code>{event}</code>{' '}
        {outcome === '#GP'
          ? 'is refused with #GP: nothing changes'
          : breaches.length === 0 && 'keeps every property'}
      </p>
      {breaches.map(({ property, message }) => (
        <p key={property}>
          <b>! {property}</b> {message}
        </p>
      ))}
    </div>
  );
}
