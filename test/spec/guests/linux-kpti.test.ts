import { describe, expect, it } from 'vitest';
import { GuestError, type Registers } from '../../../spec/guests/guest.ts';
import type { LinuxGuest } from '../../../spec/guests/linux.ts';
import { LinuxKpti } from '../../../spec/guests/linux-kpti.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { parseTrace } from '../../../src/trace/parse.ts';

/** Two ASIDs: PCIDs 1 and 2 in the kernel, 3 and 4 in user mode. */
const layout = buildLayout(LAYOUTS.minimal, { pcids: 5 });

/** Carries out a trace as Linux would; what it would not do, or what it owes in the end. */
function run(trace: string): readonly string[] | string {
  const linux = new LinuxKpti(layout);
  let guest: LinuxGuest = linux.initial;
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
  expect(linux.debts).toEqual(expect.arrayContaining([...guest.owed]));
  return guest.owed;
}

const BOOT = 'mov-cr4 pcide=1; mov-cr3 a pcid=1; ';

describe('Linux with page-table isolation as a guest', () => {
  it.each([
    ['leaves the flush of the user PCID to the way out', BOOT, ['user PCID of ASID 0']],
    ['flushes it there', `${BOOT}mov-cr3 a pcid=3`, []],
    [
      'comes and goes with NOFLUSH',
      `${BOOT}mov-cr3 a pcid=3; mov-cr3 a pcid=1 noflush; mov-cr3 a pcid=3 noflush`,
      [],
    ],
    [
      'owes two flushes for a store',
      `${BOOT}mov-cr3 a pcid=3; write-pte a:u0 f2`,
      ['a.u[0]', 'a.u[0] in user mode'],
    ],
    [
      'flushes a page under both PCIDs',
      `${BOOT}mov-cr3 a pcid=3; write-pte a:u0 f2; mov-cr3 a pcid=1 noflush; invlpg u0; invpcid address pcid=3 u0`,
      [],
    ],
  ])('%s', (_, trace, owed) => expect(run(trace)).toEqual(owed));

  it.each([
    ['leave with NOFLUSH when the user PCID is to be flushed', `${BOOT}mov-cr3 a pcid=3 noflush`],
    ['switch to another mm from user mode', `${BOOT}mov-cr3 a pcid=3; mov-cr3 b pcid=2`],
    ['leave to the user PCID of another ASID', `${BOOT}mov-cr3 a pcid=4`],
  ])('does not %s', (_, trace) => expect(run(trace)).toBe('refused: mov-cr3'));

  it('does not flush from user mode', () => {
    expect(run(`${BOOT}mov-cr3 a pcid=3; invlpg u0`)).toBe('refused: invlpg');
    expect(run(`${BOOT}mov-cr3 a pcid=3; invpcid address pcid=3 u0`)).toBe('refused: invpcid');
  });

  it.each([
    [LAYOUTS.minimal, { pcids: 2 }, 'guest linux-kpti: expected bound pcids of at least 3, not 2'],
    [LAYOUTS.minimal, { pcids: 3, vcpus: 2 }, 'guest linux-kpti: expected bound vcpus=1, not 2'],
    [LAYOUTS.minimal, { pcids: 3, kernelPages: 1 }, 'guest linux-kpti: expected bound kernelPages=0, not 1'],
    [
      LAYOUTS.window,
      { pcids: 3 },
      'guest linux-kpti: expected a layout whose every page has a page-table entry of its own, not window',
    ],
  ])('is no guest of every layout', (definition, bounds, message) => {
    const make = () => new LinuxKpti(buildLayout(definition, bounds));
    expect(make).toThrow(GuestError);
    expect(make).toThrow(message);
  });
});
