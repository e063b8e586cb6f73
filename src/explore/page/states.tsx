import type { Picture } from '../../picture/picture.ts';
import { Parting } from './parting.tsx';
import { kernelNames, link, pictures } from './state.ts';
import { TablesView } from './tables-view.tsx';
import { VcpuView } from './vcpu-view.tsx';

/** The state that is shown, under one kernel or under two side by side. */
export function States() {
  const names = kernelNames.value;
  return (
    <div class="states">
      {link.value.versus !== null && <Parting />}
      <div class="pictures">
        {pictures.value.map((picture, i) => (
          <State key={i} picture={picture} name={names[i] ?? ''} side={i} />
        ))}
      </div>
    </div>
  );
}

function State({ picture, name, side }: { picture: Picture; name: string; side: number }) {
  const { step, at } = picture;
  const changed = new Set(picture.changes.flatMap(({ keys }) => keys));
  const heading = `state-heading-${side}`;
  const whose = pictures.value.length > 1 ? `, ${name}` : '';
  return (
    <section class="panel state" aria-labelledby={heading}>
      <div class="bar">
        <h2 id={heading}>{name}</h2>
        <span class="where">{step === null ? 'at the start' : `after step ${at}`}</span>
      </div>
      <Outcome picture={picture} />
      {picture.vcpus.map((vcpu) => (
        <VcpuView
          key={vcpu.cpu}
          vcpu={vcpu}
          changed={changed}
          isOnly={picture.vcpus.length === 1}
          whose={whose}
        />
      ))}
      <TablesView picture={picture} changed={changed} whose={whose} />
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
