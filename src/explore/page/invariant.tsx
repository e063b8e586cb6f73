import { type ClauseStatus, invariantAt } from '../model/invariant.ts';
import { kernelNames, link, type Run, runs } from './state.ts';

/** The clauses by which safety is proved for any number of everything, in the state that is shown. */
export function Invariant() {
  const { step, versus } = link.value;
  const names = kernelNames.value;
  return (
    <section class="panel invariant" aria-labelledby="invariant-heading">
      <h2 id="invariant-heading">
        Invariant <small>after step {step}</small>
      </h2>
      <div class="pictures">
        {runs.value.map((run, i) => (
          <Clauses key={names[i]} run={run} step={step} name={names[i] ?? ''} isOne={versus === null} />
        ))}
      </div>
    </section>
  );
}

interface ClausesProps {
  readonly run: Run;
  readonly step: number;
  readonly name: string;
  /** Whether no other kernel is shown. */
  readonly isOne: boolean;
}

function Clauses({ run, step, name, isOne }: ClausesProps) {
  const status = invariantAt(run.world, run.replay, step);
  const heading = isOne ? null : <h3>{name}</h3>;
  if ('beyond' in status)
    return (
      <div class="statuses">
        {heading}
        <p>Nothing is said here: the proof leaves out {status.beyond}.</p>
      </div>
    );
  const { clauses, isProved } = status;
  const broken = clauses.filter(({ breaks }) => breaks.length > 0);
  const others = clauses.filter(({ breaks }) => breaks.length === 0);
  return (
    <div class="statuses">
      {heading}
      <p>
        {isProved
          ? `${name} is proved safe for any number of everything, on two-level tables: every step that the proof covers keeps these.`
          : `Candidates: one that falls is no fault by itself. Which of them every step of ${name} keeps, vtlb prove finds out.`}
      </p>
      {broken.length > 0 && <Table clauses={broken} />}
      <details>
        <summary>
          {broken.length === 0 ? `All ${others.length} hold` : `${others.length} others hold`}
        </summary>
        <Table clauses={others} />
      </details>
    </div>
  );
}

function Table({ clauses }: { clauses: readonly ClauseStatus[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">clause</th>
          <th scope="col">of what it speaks</th>
        </tr>
      </thead>
      <tbody>
        {clauses.map((clause) => (
          <Row key={clause.name} clause={clause} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ clause: { name, doc, why, keeps, breaks } }: { clause: ClauseStatus }) {
  return (
    <tr>
      <th scope="row" title={`kept because: ${why}`}>
        {name}
        <small>{doc}</small>
      </th>
      <td>
        <Entries entries={breaks} mark="is-broken" sign="!" says="breaks it" />
        <Entries entries={keeps} mark="holds" sign="✓" says="holds" />
        {breaks.length + keeps.length === 0 && <i class="nothing">nothing here</i>}
      </td>
    </tr>
  );
}

/** Entries that are shown at once; the others on demand. */
const SHOWN = 4;

interface EntriesProps {
  readonly entries: readonly string[];
  readonly mark: string;
  readonly sign: string;
  /** What the sign means. */
  readonly says: string;
}

function Entries({ entries, mark, sign, says }: EntriesProps) {
  if (entries.length === 0) return null;
  const items = (some: readonly string[]) => (
    <ul>
      {some.map((entry) => (
        <li key={entry} class={`mark ${mark}`}>
          <span aria-hidden="true">{sign}</span>
          <span class="unseen">{says}: </span>
          <code>{entry}</code>
        </li>
      ))}
    </ul>
  );
  const more = entries.slice(SHOWN);
  return (
    <>
      {items(entries.slice(0, SHOWN))}
      {more.length > 0 && (
        <details>
          <summary>{more.length} more</summary>
          {items(more)}
        </details>
      )}
    </>
  );
}
