import { describe, expect, it } from 'vitest';
import { GuestError, type Registers } from '../../../spec/guests/guest.ts';
import { type Discipline, Linux, type LinuxGuest } from '../../../spec/guests/linux.ts';
import { GUESTS } from '../../../spec/guests/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { parseTrace } from '../../../src/trace/parse.ts';

const layout = buildLayout(LAYOUTS.kernel, { pcids: 3, spaces: 3 });

/** Carries out a trace as Linux would; the line at which it would not, or what it remembers in the end. */
function run(discipline: Discipline, trace: string): LinuxGuest | string {
  const linux = new Linux(layout, discipline);
  let guest = linux.initial;
  let registers: Registers = {
    cr3: { space: 'a', low: 0 },
    cr4: { pcide: false, pge: false, smep: false },
  };
  for (const { event } of parseTrace(trace.replaceAll('; ', '\n'), layout)) {
    const after = linux.after(guest, registers, event);
    if (after === null) return `refused: ${event.kind}`;
    guest = after;
    if (event.kind === 'mov-cr3') registers = { ...registers, cr3: { space: event.space, low: event.low } };
    if (event.kind === 'mov-cr4') registers = { ...registers, cr4: { ...registers.cr4, ...event.bits } };
  }
  return guest;
}

const BOOT = 'mov-cr4 pcide=1 pge=1; mov-cr3 a pcid=1; ';

describe('Linux as a guest', () => {
  it.each([
    ['loads the ASID of an mm with NOFLUSH', `${BOOT}mov-cr3 b pcid=2; mov-cr3 a pcid=1 noflush`],
    [
      'flushes after a store to an mm that is not loaded',
      `${BOOT}mov-cr3 b pcid=2; write-pte a:u0 f2; mov-cr3 a pcid=1`,
    ],
    ['gives a new mm the ASID of another', `${BOOT}mov-cr3 b pcid=2; mov-cr3 c pcid=1`],
    ['flushes all by CR4.PGE', `${BOOT}write-pte a:k0 f2; mov-cr4 pge=0; mov-cr4 pge=1; mov-cr3 b pcid=2`],
    [
      'flushes the mm that is loaded by a load of CR3',
      `${BOOT}write-pte a:u0 f2; mov-cr3 a pcid=1; mov-cr3 b pcid=2`,
    ],
  ])('%s', (_, trace) => {
    expect(run('prompt', trace)).toMatchObject({ owed: [] });
    expect(run('late', trace)).toMatchObject({ owed: [] });
  });

  it.each([
    ['NOFLUSH for an mm without a context', `${BOOT}mov-cr3 b pcid=2 noflush`, 'mov-cr3'],
    [
      'NOFLUSH for an mm whose ASID was taken',
      `${BOOT}mov-cr3 b pcid=1; mov-cr3 a pcid=1 noflush`,
      'mov-cr3',
    ],
    ['a second ASID for an mm', `${BOOT}mov-cr3 b pcid=2; mov-cr3 a pcid=2`, 'mov-cr3'],
    ['PCID 0 once CR4.PCIDE is set', `${BOOT}mov-cr3 b`, 'mov-cr3'],
    ['clearing CR4.PCIDE', `${BOOT}mov-cr4 pcide=0 pge=1`, 'mov-cr4'],
    ['CR4.PCIDE before CR4.PGE', 'mov-cr4 pcide=1', 'mov-cr4'],
    ['anything between the halves of a toggle', `${BOOT}mov-cr4 pge=0; access u0`, 'access'],
    ['INVPCID of one address', `${BOOT}invpcid address pcid=1 u0`, 'invpcid'],
  ])('does not do %s', (_, trace, kind) => {
    expect(run('prompt', trace)).toBe(`refused: ${kind}`);
    expect(run('late', trace)).toBe(`refused: ${kind}`);
  });

  it('flushes what it owes before it switches only if it is prompt', () => {
    const trace = `${BOOT}write-pte a:u0 f2; mov-cr3 b pcid=2`;
    expect(run('prompt', trace)).toBe('refused: mov-cr3');
    expect(run('late', trace)).toMatchObject({ owed: ['a.u[0]'] });
  });

  it('loads a changed mm with NOFLUSH only if its flush may still come', () => {
    const trace = `${BOOT}mov-cr3 b pcid=2; write-pte a:u0 f2; mov-cr3 a pcid=1 noflush`;
    expect(run('prompt', trace)).toBe('refused: mov-cr3');
    expect(run('late', trace)).toMatchObject({ owed: ['a.u[0]'] });
    expect(run('late', `${trace}; invlpg u0`)).toMatchObject({ owed: [] });
  });

  it.each([
    [LAYOUTS.smp, { pcids: 3 }, 'guest linux: expected bound vcpus=1, not 2'],
    [LAYOUTS.minimal, { pcids: 1 }, 'guest linux: expected bound pcids of at least 2, not 1'],
    [
      LAYOUTS.shared,
      { pcids: 3 },
      'guest linux: expected a layout whose spaces have user tables of their own, not shared',
    ],
    [
      LAYOUTS.window,
      { pcids: 2 },
      'guest linux: expected a layout whose every page has a page-table entry of its own, not window',
    ],
  ])('is no guest of every layout', (definition, bounds, message) => {
    const make = () => GUESTS.linux(buildLayout(definition, bounds));
    expect(make).toThrow(GuestError);
    expect(make).toThrow(message);
  });
});
