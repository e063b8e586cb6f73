import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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

  it('links to nothing that is not there', () => {
    for (const name of ['', 'properties/', 'findings/'].flatMap((folder) =>
      readdirSync(new URL(folder, NOTES))
        .filter((file) => file.endsWith('.md'))
        .map((file) => folder + file),
    )) {
      const base = new URL(name, NOTES);
      for (const [, target] of read(name).matchAll(/\]\(([^)#]+)\)/g)) {
        expect(existsSync(new URL(target as string, base)), `${name} links to ${target}`).toBe(true);
      }
    }
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
    ['address-invalidation', ['--layout', 'minimal']],
    ['full-flush', ['--layout', 'kernel', '--bound', 'userPages=0']],
  ])('findings/%s.md: the trace reads f1, stale under sdm and promised by kvm', (name, layout) => {
    const trace = /^ {4}access[\s\S]*?\n\n/m.exec(read(`findings/${name}.md`))?.[0] ?? '';
    const replayed = (contract: string) =>
      JSON.parse(vtlb(['replay', '-', '--json', '--contract', contract, ...layout], trace).stdout);
    expect([replayed('sdm').verdict, replayed('kvm').verdict]).toEqual(['stale', 'clean']);
    expect(replayed('sdm').steps.at(-1).sees).toContain('f1');
  });
});
