import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KERNELS } from '../spec/kernels/named.ts';
import { ALWAYS } from '../spec/properties/always.ts';
import { flushesOrdered } from '../spec/properties/flushes-ordered.ts';
import { vtlb } from './run-vtlb.ts';

const NOTES = new URL('../proofs-notes/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, NOTES), 'utf8');
const index = read('README.md');

describe('proofs-notes', () => {
  it.each([...ALWAYS, flushesOrdered].map(({ name }) => name))(
    'has a note for %s, and the index leads to it',
    (name) => {
      expect(index).toContain(`(properties/${name}.md)`);
      expect(read(`properties/${name}.md`)).toMatch(new RegExp(`^# ${name}\n`));
    },
  );

  const notes = ['', 'properties/', 'findings/', 'manual/'].flatMap((folder) =>
    readdirSync(new URL(folder, NOTES))
      .filter((file) => file.endsWith('.md'))
      .map((file) => folder + file),
  );

  it('links to nothing that is not there', () => {
    for (const name of notes) {
      const base = new URL(name, NOTES);
      for (const [, target] of read(name).matchAll(/\]\(([^)#]+)\)/g)) {
        expect(existsSync(new URL(target as string, base)), `${name} links to ${target}`).toBe(true);
      }
    }
  });

  it('names no file that is not there', () => {
    for (const name of notes) {
      for (const [named] of read(name).matchAll(/\b(?:spec|src|test)\/[\w./-]*[\w/]/g)) {
        expect(existsSync(new URL(`../${named}`, NOTES)), `${name} names ${named}`).toBe(true);
      }
    }
  });

  it.each([
    ['mechanisms.md', ['mechanisms/mechanisms.exhaustive.json']],
    ['cutoff.md', ['cutoff/steps.json', 'cutoff/steps.exhaustive.json']],
  ])('%s: every count of states is one that a study is held to', (name, files) => {
    const pins = files
      .map((file) => readFileSync(new URL(`./studies/${file}`, import.meta.url), 'utf8'))
      .join();
    // Of larger bounds, of three levels and of roles, this many states were looked at and no more.
    const firstFew = ['10,000', '60,000'];
    const counts = [...read(name).matchAll(/\b\d+((,\d{3})+|(?= pairs\b))/g)]
      .map(([count]) => count)
      .filter((count) => !firstFew.includes(count));
    expect(counts.length).toBeGreaterThan(5);
    for (const count of counts)
      expect(pins, count).toMatch(
        new RegExp(`: ${count.replaceAll(',', '')} states|, ${count.replaceAll(',', '')} transitions`),
      );
  });

  it('cutoff.md: the table of larger bounds is what the searches are held to', () => {
    const note = read('cutoff.md');
    const file = new URL('./studies/cutoff/mutants.exhaustive.json', import.meta.url);
    const pinned: Record<string, unknown>[] = Object.values(JSON.parse(readFileSync(file, 'utf8')));
    const rows = [...note.matchAll(/^\| `.*\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)];
    expect(rows.map((row) => row.slice(1).map(Number))).toEqual(
      pinned.map((pin) => [
        pin['broken at small bounds'],
        pin['broken in the first states at larger bounds'],
        (pin['broken at larger bounds only'] as unknown[]).length,
        (pin['shorter at larger bounds'] as unknown[]).length,
      ]),
    );
    for (const { mutants } of pinned) expect(note).toContain(`${mutants} of them`);
  });

  it.each([
    ['replay spec/scenarios/message.trace --kernel v5.13', 0],
    ['replay spec/scenarios/message-mov-cr3.trace --kernel v5.13', 1],
    ['replay spec/scenarios/message.trace --kernel patch --set pcideSet=nothing', 1],
  ])('findings/message.md: vtlb %s', (command, status) => {
    expect(read('findings/message.md')).toContain(`npx vtlb ${command}`);
    expect(vtlb(command.split(' ')).status).toBe(status);
  });

  it.each([
    ['address-invalidation', 'rootReuse=none', { 'switch-pcid-4': [0, 1] }],
    ['full-flush', 'flushGuestService=unload', { 'remap-pge': [0.167, 0.5], suspend: [0.143, 0.179] }],
    ['full-flush', 'pgeToggle=reset', { 'remap-pge': [0.167, 0.5], suspend: [0.143, 0.179] }],
  ])('findings/%s.md: what %s costs in root loads', (name, change, loads) => {
    const page = read(`findings/${name}.md`);
    const args = ['--kernel', 'v6.12', '--set', change, '--workload', ...Object.keys(loads)];
    expect(page).toContain(change);
    const { costs, events } = JSON.parse(vtlb(['cost', ...args, '--json']).stdout);
    const perEvent = (workload: string) =>
      costs
        .filter((cost: Record<string, unknown>) => cost.workload === workload)
        .map(({ rootLoads }: Record<string, number>) => Number(((rootLoads as number) / events).toFixed(3)));
    for (const [workload, expected] of Object.entries(loads)) {
      expect(perEvent(workload)).toEqual(expected);
      for (const figure of expected) expect(page).toContain(String(figure));
    }
  });

  it.each([
    ['address-invalidation', 0, 'f1', ['--layout', 'minimal']],
    ['full-flush', 0, 'f1', ['--layout', 'kernel', '--bound', 'userPages=0']],
    ['full-flush', 1, 'f1', ['--layout', 'kernel', '--bound', 'userPages=0']],
    ['shared-shadow-page', 0, 'f2', ['--layout', 'minimal']],
    ['one-pcid-two-spaces', 0, 'f1', ['--layout', 'minimal']],
    ['linux-guest', 0, 'f1', ['--layout', 'minimal', '--bound', 'pcids=3']],
  ])(
    'findings/%s.md: trace %i reads %s, stale under sdm and promised by kvm',
    (name, which, frame, layout) => {
      const traces = [
        ...read(`findings/${name}.md`).matchAll(/^(?: {4}(?:access|mov-cr4) .*\n)(?: {4}.*\n)+/gm),
      ];
      const replayed = (contract: string, kernel: string) =>
        JSON.parse(
          vtlb(
            ['replay', '-', '--json', '--kernel', kernel, '--contract', contract, ...layout],
            traces[which]?.[0] ?? '',
          ).stdout,
        );
      const shown = replayed('sdm', 'v6.12');
      expect([shown.verdict, replayed('kvm', 'v6.12').verdict]).toEqual(['stale', 'clean']);
      expect(shown.steps.at(-1).sees).toContain(frame);
      expect(replayed('sdm', 'naive').steps.at(-1).sees).not.toContain(frame);
    },
  );

  it.each(Object.keys(KERNELS))(
    'findings/not-present-fault.md: %s may read f1, within one space',
    (kernel) => {
      const [trace] = read('findings/not-present-fault.md').match(/^(?: {4}.*\n)+/m) ?? [];
      const args = ['replay', '-', '--json', '--kernel', kernel, '--layout', 'faults'];
      const { verdict, steps } = JSON.parse(vtlb(args, trace ?? '').stdout);
      expect([verdict, steps.at(-1).sees]).toEqual(['stale', ['f1']]);
    },
  );

  it.each([
    ['address-invalidation', 0, 'address-invalidation'],
    ['full-flush', 0, 'full-flush-all'],
    ['full-flush', 1, 'full-flush-pge'],
    ['injected-fault', 0, 'injected-fault'],
    ['linux-guest', 0, 'linux-guest'],
    ['nested-invlpg', 0, 'nested-invlpg'],
    ['nested-vpid', 0, 'nested-vpid'],
    ['not-present-fault', 0, 'not-present-fault'],
    ['one-pcid-two-spaces', 0, 'one-pcid-two-spaces'],
    ['shared-shadow-page', 0, 'shared-shadow-page'],
  ])('findings/%s.md: trace %i is what running KVMs are given as %s.trace', (name, which, file) => {
    const eventsIn = (text: string) =>
      text.split('\n').flatMap((line) => line.replace(/#.*/, '').trim() || []);
    const traces = [
      ...read(`findings/${name}.md`).matchAll(/^(?: {4}(?:access|mov-cr4) .*\n)(?: {4}.*\n)+/gm),
    ];
    const given = readFileSync(new URL(`./kvm/traces/${file}.trace`, import.meta.url), 'utf8');
    expect(eventsIn(traces[which]?.[0] ?? '')).toEqual(eventsIn(given));
    expect(read(`findings/${name}.md`)).toMatch(/Seen running|Running KVMs read/);
    expect(read('findings/README.md')).toContain(`(${name}.md)`);
  });

  it('findings/linux-guest.md: the command holds', () => {
    const command = 'check --contract sdm --guest linux --bound pcids=3 --bound cachedRoots=1';
    expect(read('findings/linux-guest.md')).toContain(`npx vtlb ${command}`);
    expect(vtlb(command.split(' ')).status).toBe(0);
  });
});
