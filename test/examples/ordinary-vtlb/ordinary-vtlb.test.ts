import { describe, expect, it } from 'vitest';
import { lockstep, vtlbMatchers } from 'vtlb/testing';
import { VtlbAdapter } from './adapter.ts';
import {
  DirectoriesReadOnce,
  InvlpgKeepsGlobals,
  NoflushWithoutPcide,
  PgeDropsNothing,
  PwtTakenForPcid,
} from './bugs.ts';

expect.extend(vtlbMatchers);

/** A processor's TLB keeps what the SDM lets it keep: the strictest contract is the one to test against. */
const contract = 'sdm';

/** The layouts that are tried whole, with the pairs of states in which every event was tried. */
const WHOLE = [
  { layout: 'minimal', bounds: {}, states: 720 },
  { layout: 'kernel', bounds: { userPages: 0 }, states: 440 },
  { layout: 'shared', bounds: { userPages: 1 }, states: 648 },
  { layout: 'deep', bounds: {}, states: 864 },
] as const;

/** Each seeded bug, where it shows, and a shortest trace that shows it. */
const BUGS = [
  {
    bug: InvlpgKeepsGlobals,
    layout: 'kernel',
    trace: 'mov-cr4 pcide=0 pge=1; access k0; write-pte a:k0 f2; invlpg k0; access k0',
    message: 'it reads f1; expected f2',
  },
  {
    bug: PgeDropsNothing,
    layout: 'kernel',
    trace: 'access u0; write-pte a:u0 f2; mov-cr4 pcide=0 pge=1; access u0',
    message: 'it reads f1; expected f2',
  },
  {
    bug: NoflushWithoutPcide,
    layout: 'minimal',
    trace: 'mov-cr3 a noflush',
    message: 'it comes to ok; expected #GP',
  },
  {
    bug: PwtTakenForPcid,
    layout: 'minimal',
    trace: 'mov-cr3 a pcid=1; access u0; write-pte a:u0 f2; invpcid address pcid=0 u0; access u0',
    message: 'it reads f1; expected f2',
  },
  {
    bug: DirectoriesReadOnce,
    layout: 'deep',
    trace: 'access u0; write-dir a:user none; mov-cr3 a; access u0',
    message: 'it reads f1; expected nothing',
  },
] as const;

describe('the virtual TLB', () => {
  it.each(WHOLE)('is right in every state of $layout', async ({ layout, bounds, states }) => {
    const depth = Number.POSITIVE_INFINITY;
    const report = await lockstep(new VtlbAdapter(), { contract, layout, bounds, depth, runs: 0 });
    expect(report.failure).toBeNull();
    expect(report.exhaustive).toMatchObject({ complete: true, states });
  });

  it.each(['minimal', 'kernel', 'deep'] as const)('is right on random traces of %s', async (layout) => {
    const bounds = { spaces: 3, userPages: 2, frames: 3 };
    await expect(new VtlbAdapter()).toAgreeWithSpec({ contract, layout, bounds, runs: 300 });
  });
});

describe.each(BUGS)('$bug.name is found', ({ bug, layout, trace, message }) => {
  it('by a shortest trace', async () => {
    const { failure } = await lockstep(new VtlbAdapter(bug), { contract, layout, depth: 5, runs: 0 });
    expect(failure?.trace.join('; ')).toBe(trace);
    expect(failure).toMatchObject({ message, shortest: true });
  });

  it('by random traces, shrunk to hardly more', async () => {
    const { failure } = await lockstep(new VtlbAdapter(bug), { contract, layout });
    expect(failure?.trace.length).toBeLessThanOrEqual(trace.split('; ').length + 3);
  });
});

it('traces that KVM once got wrong are clean since', () => {
  const trace = 'access u0\nwrite-pte a:u0 f2\nwrite-pte b:u0 f2\nmov-cr3 b\nmov-cr4 pcide=1';
  expect(trace).not.toBeClean({ kernel: 'v5.13' });
  expect(trace).toBeClean({ kernel: 'v6.12' });
});
