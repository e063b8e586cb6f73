import { type PropertyStatus, statusesAt } from '../model/statuses.ts';
import { kernelName } from '../model/worlds.ts';
import { link, type Run, runs } from './state.ts';

/** Every property before, at and after the step that is shown. */
export function Properties() {
  const { step, versus } = link.value;
  const names = [link.value, ...(versus === null ? [] : [versus])].map(kernelName);
  return (
    <section class="panel properties" aria-labelledby="properties-heading">
      <h2 id="properties-heading">
        Properties <small>around step {step}</small>
      </h2>
      <div class="pictures">
        {runs.value.map((run, i) => (
          <Statuses key={names[i]} run={run} step={step} name={versus === null ? null : (names[i] ?? '')} />
        ))}
      </div>
    </section>
  );
}

function Statuses({ run, step, name }: { run: Run; step: number; name: string | null }) {
  return (
    <table>
      {name !== null && <caption>{name}</caption>}
      <thead>
        <tr>
          <th scope="col">property</th>
          <th scope="col">before</th>
          <th scope="col">at the step</th>
          <th scope="col">after</th>
          <th scope="col" />
        </tr>
      </thead>
      <tbody>
        {statusesAt(run.world, run.replay, step).map((status) => (
          <Row key={status.name} status={status} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ status: { name, doc, before, during, after } }: { status: PropertyStatus }) {
  return (
    <tr>
      <th scope="row" title={doc}>
        {name}
      </th>
      <Mark message={before} />
      <Mark message={during} />
      <Mark message={after} />
      <td class="wrong">{during ?? after}</td>
    </tr>
  );
}

function Mark({ message }: { message: string | null | undefined }) {
  if (message === undefined) {
    return (
      <td class="mark none">
        <span aria-hidden="true">·</span>
        <span class="unseen">does not apply</span>
      </td>
    );
  }
  return message === null ? (
    <td class="mark holds">
      <span aria-hidden="true">✓</span>
      <span class="unseen">holds</span>
    </td>
  ) : (
    <td class="mark is-broken" title={message}>
      <span aria-hidden="true">!</span>
      <span class="unseen">broken</span>
    </td>
  );
}
