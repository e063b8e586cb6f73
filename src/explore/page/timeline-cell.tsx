import type { Cell } from '../model/timeline.ts';
import type { Column, Line } from '../model/timeline-columns.ts';
import { kernelNames } from './state.ts';
import { Term } from './term.tsx';

interface TimelineCellProps {
  readonly cell: Cell;
  /** The second kernel's; null where there is one kernel. */
  readonly other: Cell | null;
  readonly side: Column['side'];
  /** Whether it is the first of its group. */
  readonly isFirst: boolean;
  /** Whether the Tab key stops at the names in it. */
  readonly isStop: boolean;
}

/** What is to read of one thing after one step, and below it what a second kernel makes of it if that differs. */
export function TimelineCell({ cell, other, side, isFirst, isStop }: TimelineCellProps) {
  const differs = other !== null && JSON.stringify(other.lines) !== JSON.stringify(cell.lines);
  return (
    <td class={`${side}${isFirst ? ' group' : ''}${cell.isChanged ? ' has-changed' : ''}`}>
      <Lines lines={cell.lines} side={side} isStop={isStop} />
      {cell.isChanged && <span class="unseen">(changed by this step)</span>}
      {differs && (
        <div class={other.isChanged ? 'other has-changed' : 'other'}>
          <span class="of">{kernelNames.value[1]}</span>
          <Lines lines={other.lines} side={side} isStop={isStop} />
        </div>
      )}
    </td>
  );
}

interface LinesProps {
  readonly lines: readonly Line[];
  readonly side: Column['side'];
  readonly isStop: boolean;
}

function Lines({ lines, side, isStop }: LinesProps) {
  if (lines.length === 0) return <span class="none">-</span>;
  return (
    <>
      {lines.map((line) => (
        <div key={line.label} class="line">
          {line.label !== null && (
            <span class="label">
              <Term name={line.label} isStop={isStop} />
            </span>
          )}
          {side === 'inclusion' ? (
            <Inclusion line={line} isStop={isStop} />
          ) : (
            <Values line={line} isStop={isStop} />
          )}
        </div>
      ))}
    </>
  );
}

function Values({ line: { values }, isStop }: { line: Line; isStop: boolean }) {
  return (
    <>
      {values.map(({ text, mark }, i) => (
        <span key={i} class={text === 'none' || text === '-' ? 'value none' : 'value'}>
          {mark === 'outside' && '('}
          <Term name={text} isStop={isStop} />
          {mark === 'outside' && ')'}
        </span>
      ))}
    </>
  );
}

/** A frame around what the guest may see; in it, filled, what the vTLB may show; outside it what is stale. */
function Inclusion({ line: { values }, isStop }: { line: Line; isStop: boolean }) {
  const stale = values.filter(({ mark }) => mark === 'stale');
  const within = values.filter(({ mark }) => mark !== 'stale');
  return (
    <>
      <span class="may">
        {within.map(({ text, mark }) => (
          <span key={text} class={`dot ${mark}`}>
            <Term name={text} isStop={isStop} />
            {mark === 'unused' && <span class="unseen"> the guest may see, the vTLB does not show</span>}
          </span>
        ))}
        {within.length === 0 && <span class="none">nothing</span>}
      </span>
      {stale.map(({ text }) => (
        <span key={text} class="dot stale">
          ! <Term name={text} isStop={isStop} />
          <span class="unseen"> stale</span>
        </span>
      ))}
    </>
  );
}
