import { type PropertyStatus, statusesAt } from '../model/statuses.ts';
import { kernelNames, link, type Run, runs } from './state.ts';

/** The properties that are broken before, at or after the step that is shown; the others on demand. */
export function Properties() {
  const { step, versus } = link.value;
  const names = kernelNames.value;
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
  const statuses = statusesAt(run.world, run.replay, step);
  const telling = statuses.filter(isBroken);
  const others = statuses.filter((status) => !isBroken(status));
  return (
    <div class="statuses">
      {name !== null && <h3>{name}</h3>}
      {telling.length > 0 && <Table statuses={telling} />}
      <details>
        <summary>
          {telling.length === 0 ? `All ${others.length} hold` : `${others.length} others hold`}
        </summary>
        <Table statuses={others} />
      </details>
    </div>
  );
}

function isBroken({ before, during, after }: PropertyStatus): boolean {
  return [before, during, after].some((message) => typeof message === 'string');
}

function Table({ statuses }: { statuses: readonly PropertyStatus[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">property</th>
          <th scope="col">before</th>
          <th scope="col">at the step</th>
          <th scope="col">after</th>
          <th scope="col" class="wrong">
            what is wrong
          </th>
        </tr>
      </thead>
      <tbody>
        {statuses.map((status) => (
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
      <td class="wrong">{during ?? after ?? before}</td>
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
