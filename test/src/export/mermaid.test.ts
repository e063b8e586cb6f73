import { describe, expect, it } from 'vitest';
import { exportTrace } from '../../../src/export/formats.ts';
import { runTrace } from '../../../src/export/trace-run.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { ALL_RUNS, scenarioRun } from './runs.ts';

/**
 * The part of Mermaid's language for sequence diagrams that an export may use, stricter than Mermaid itself: no
 * character of a text that could begin a comment, an entity of no number, markup, or another statement.
 */
const TEXT = /^(?:[^#;<>"%{}&]|#\d+;)+$/;
const STATEMENTS = [
  /^participant (?<id>[A-Z]\d?) as (?<text>.+)$/,
  /^(?<id>[A-Z]\d?)-?->>(?<to>[A-Z]\d?): (?<text>.+)$/,
  /^Note over (?<id>[A-Z]\d?)(?:,(?<to>[A-Z]\d?))?: (?<text>.+)$/,
];

/** Throws at the first line that the grammar does not have. */
function checkDiagram(text: string): void {
  const [first, ...lines] = text.trimEnd().split('\n');
  if (first !== 'sequenceDiagram') throw new Error(`no diagram: ${first}`);
  const declared = new Set<string>();
  for (const line of lines) {
    const groups = STATEMENTS.map((statement) => statement.exec(line.replace(/^ {4}/, ''))).find(
      (found) => found,
    )?.groups;
    const words = groups?.text ?? '';
    if (groups === undefined || !TEXT.test(words) || /\bend\b/i.test(words))
      throw new Error(`no statement: ${line}`);
    if (line.startsWith('    participant')) declared.add(groups.id as string);
    for (const id of [groups.id, groups.to ?? groups.id]) {
      if (!declared.has(id as string)) throw new Error(`nobody is ${id}: ${line}`);
    }
  }
}

/** A text as Mermaid shows it. */
const shown = (text: string) => text.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));

describe('a trace as a sequence diagram', () => {
  it.each(ALL_RUNS)('keeps the grammar, and has every event of $name in order', ({ run }) => {
    const text = exportTrace('mermaid', run);
    checkDiagram(text);
    const events = [...shown(text).matchAll(/: (\d+)\. (.*)$/gm)].map(
      ([, number, event]) => `${number} ${event?.replace(/ \(no exit\)$/, '')}`,
    );
    expect(events).toEqual(run.replay.steps.map(({ event }, i) => `${i + 1} ${formatEvent(event)}`));
  });

  it('shows requests, work, reads and what goes stale', () => {
    const text = exportTrace('mermaid', scenarioRun('message-mov-cr3', { kernel: 'v5.13' }));
    expect(text).toContain(
      [
        '    G0->>K: 4. mov-cr3 a',
        '    Note over K: requests MMU_SYNC, LOAD_MMU_PGD, TLB_FLUSH_CURRENT',
        '    K->>H: flush the hardware TLB',
      ].join('\n'),
    );
    expect(text).toContain(
      [
        '    G0->>K: 7. mov-cr4 pcide=1',
        '    Note over G0,H: stale from here: root of b|0 maps u0 to f1',
        '    Note over K: breaks vtlb-within-guest-tlb',
      ].join('\n'),
    );
    expect(text).toContain('    G0->>H: 9. access u0 (no exit)\n    H-->>G0: reads f1\n');
    expect(text.match(/breaks vtlb-within-guest-tlb/g)?.length).toBe(1);
  });

  it('has a guest for each vCPU, faults, and what the host does', () => {
    const text = exportTrace(
      'mermaid',
      runTrace({ layout: 'smp' }, 'cpu 1: mov-cr3 b noflush\nhost zap-all'),
    );
    checkDiagram(text);
    expect(text).toContain('    participant G1 as guest, cpu 1\n');
    expect(shown(text)).toContain('G1->>K: 1. cpu 1: mov-cr3 b noflush\n    K-->>G1: #GP, nothing changes\n');
    expect(text).toContain('    K->>K: 2. host zap-all\n');
  });

  it('escapes what Mermaid would read as its own', () => {
    const run = { ...scenarioRun('message'), kernel: 'my #1; <end> "100%" {x}.ts' };
    const text = exportTrace('mermaid', run);
    checkDiagram(text);
    expect(shown(text)).toContain('kernel my #1; <end> "100%" {x}.ts, contract kvm');
  });

  it.each([
    'graph TD',
    'sequenceDiagram\n    K->>H: a',
    'sequenceDiagram\n    participant K as a; b',
    'sequenceDiagram\n    loop x',
  ])('is not taken for one by the grammar of this test if it is %j', (text) => {
    expect(() => checkDiagram(text)).toThrow();
  });
});
