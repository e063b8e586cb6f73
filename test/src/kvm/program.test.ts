import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { guestImage } from '../../../src/kvm/image.ts';
import { type Operation, programFor } from '../../../src/kvm/program.ts';
import { encodeStreams } from '../../../src/kvm/streams.ts';
import { stepsFrom } from '../../../src/replay/replay.ts';
import { parseTrace } from '../../../src/trace/parse.ts';

const RIG = new URL('../../kvm/rig/', import.meta.url);

function programOf(name: LayoutName, trace: string, hasPcid = true) {
  const layout = buildLayout(LAYOUTS[name], { cachedRoots: 3 });
  const world = { layout, kernel: KERNELS['v6.12'], contract: CONTRACTS.kvm };
  const events = parseTrace(trace, layout).map(({ event }) => event);
  return programFor(world, stepsFrom(world, initialMachine(world), events), hasPcid);
}

/** In the order of the table in guest.S, which is read from it. */
const OPERATIONS = [...readFileSync(new URL('guest.S', RIG), 'utf8').matchAll(/(\w+) - operations/g)].map(
  ([, name]) => name,
);

const named = ([operation, ...operands]: Operation) => [OPERATIONS[Number(operation)], ...operands];

describe('a trace as a guest', () => {
  const image = guestImage(buildLayout(LAYOUTS.kernel));
  const deep = guestImage(buildLayout(LAYOUTS.deep));

  it.each([
    ['access u0', ['read', image.pageAt('u0'), 0n]],
    ['write-pte a:k0 f2', ['write', image.entryAt('k', 0), image.leaf('kernel', 'f2')]],
    ['write-pte b:u0 none', ['write', image.entryAt('b.u', 0), 0n]],
    ['write-pte b:u0 f2 emulated', ['write_emulated', image.entryAt('b.u', 0), image.leaf('user', 'f2')]],
    ['page-fault k0', ['store', image.pageAt('k0'), 0n]],
    ['mov-cr0 wp=0', ['set_cr0', 1n << 16n, 0n]],
    ['mov-cr3 b pcid=3 noflush', ['set_cr3', image.top('b') | 3n | (1n << 63n), 0n]],
    ['mov-cr4 pcide=1 pge=0', ['set_cr4', (1n << 17n) | (1n << 7n), 1n << 17n]],
    ['invlpg k0', ['invalidate', image.pageAt('k0'), 0n]],
    ['invpcid address pcid=5 u0', ['invalidate_pcid', 5n, image.pageAt('u0')]],
    ['invpcid single pcid=5', ['invalidate_pcid', (1n << 16n) | 5n, 0n]],
    ['invpcid all', ['invalidate_pcid', 2n << 16n, 0n]],
    ['invpcid all-nonglobal', ['invalidate_pcid', 3n << 16n, 0n]],
    ['host zap-all', ['host', 1n, 0n]],
    ['host flush-guest', ['host', 2n, 0n]],
  ] as const)('%s', (line, expected) => {
    const { operations } = programOf('kernel', line);
    expect(operations.map(named)).toEqual([
      [...expected, 0n],
      ['end', 0n, 0n, 0n],
    ]);
  });

  it('follows upper entries as they are', () => {
    const { operations } = programOf(
      'deep',
      'write-dir a:user b.u.dir\nwrite-dir a:user none\nwrite-dir a:user a.u',
    );
    expect(operations.slice(0, 3).map(named)).toEqual([
      ['write', deep.entryAt('a', 0), deep.entryTo('a', 'b.u.dir'), 0n],
      ['write', deep.entryAt('b.u.dir', 0), 0n, 0n],
      ['write', deep.entryAt('b.u.dir', 0), deep.entryTo('b.u.dir', 'a.u'), 0n],
    ]);
  });

  it('names the vCPU of each event, and ends on that of the last', () => {
    const { operations, vcpus } = programOf('smp', 'access u0\ncpu 1: access u0');
    expect([vcpus, operations.map((each) => each[3])]).toEqual([2, [0n, 1n, 1n]]);
  });

  it.each([
    ['minimal', 'invpcid all', false, 'no PCIDs'],
    ['minimal', 'access u0\nmov-cr4 pcide=1', false, 'no PCIDs'],
    ['faults', 'host init', true, 'no way to make the host do it'],
    ['faults', 'mov-cr0 wp=0\npage-fault u0', true, 'CR0.WP=0'],
    ['twice', 'mov-cr3-twice a b', true, 'an entry of its own'],
    ['nested', 'nested invvpid', false, 'no VMX'],
    ['nested', 'nested exit a', true, 'leaves it'],
    ['entries', 'nested enter a vpid=same fails', true, 'make a nested VM entry fail'],
    ['nested', 'nested enter a\nmov-cr4 pge=1', true, 'its own value again'],
    ['races', 'zap-during fault u0', true, 'while KVM is at work'],
  ] as const)('is refused on %s for %j', (layout, trace, hasPcid, why) => {
    expect(() => programOf(layout, trace, hasPcid)).toThrow(why);
  });

  it('gives a nested guest its VPID, and its hypervisor the CR3 of the exit that follows', () => {
    const trace =
      'nested enter b vpid=same\nnested exit a\nmov-cr3 b\nnested enter a vpid=new\nnested exit b\nnested invvpid';
    const { operations, isHypervisor } = programOf('vpids', trace);
    const { top } = guestImage(buildLayout(LAYOUTS.vpids));
    expect(operations.map(named)).toEqual([
      ['nested_enter', top('b') | (1n << 48n), top('a'), 0n],
      ['nested_exit', 0n, 0n, 0n],
      ['set_cr3', top('b'), 0n, 0n],
      ['nested_enter', top('a') | (2n << 48n), top('b'), 0n],
      ['nested_exit', 0n, 0n, 0n],
      ['nested_invvpid', 2n, 0n, 0n],
      ['end', 0n, 0n, 0n],
    ]);
    expect(isHypervisor).toBe(true);
    expect(named(programOf('nested', 'nested enter b').operations[0] as Operation)).toEqual([
      'nested_enter',
      top('b'),
      top('a'),
      0n,
    ]);
  });

  it('takes CR4.PCIDE=0 where there are no PCIDs', () => {
    expect(programOf('minimal', 'mov-cr4 pcide=0', false).operations).toHaveLength(2);
  });

  it('is a stream of quadwords as vmm.c reads it', () => {
    const program = programOf('minimal', 'access u0');
    const words = new BigUint64Array(encodeStreams([program, program]).buffer);
    const { pokes } = program.image;
    expect([...words.slice(0, 5)]).toEqual([2n, BigInt(pokes.length), 2n, 1n, 0n]);
    expect([...words.slice(5, 7)]).toEqual(pokes[0]);
    const one = 4 + 2 * pokes.length + 8;
    expect(words).toHaveLength(1 + 2 * one);
    expect(words.slice(1, 1 + one)).toEqual(words.slice(1 + one));
  });
});

const HAS_GCC = spawnSync('gcc', ['-E', '-x', 'c', '-'], { input: '#include <linux/kvm.h>' }).status === 0;

describe.skipIf(!HAS_GCC)('the programs of the rig', () => {
  it('compile without a warning', () => {
    const sources = ['guest.S', 'vmm.c', 'vmx.c', 'multiboot.c', 'init.c'];
    const flags = ['-fsyntax-only', '-Wall', '-Wextra', '-Werror'];
    expect(() => execFileSync('gcc', [...flags, ...sources], { cwd: RIG })).not.toThrow();
  });
});
