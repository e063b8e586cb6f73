import { describe, expect, it } from 'vitest';
import { defineKernel } from '../../../spec/define/kernel.ts';
import type { KvmFunctions } from '../../../spec/define/kvm-functions.ts';
import * as exported from '../../../spec/kvm/index.ts';
import { foldEvent } from '../../../src/kernels/fold/event-fold.ts';
import { readOwn } from '../../../src/kernels/fold/own-function.ts';
import { readUnits } from '../../../src/kernels/units.ts';

const units = await readUnits();

/** By the name that a kernel file has it by, which is in the text of its functions. */
const kvm = exported;

/** What v6.12 with these functions does on INVPCID, by the name of each function that is shown. */
async function folded(own: Partial<KvmFunctions>): Promise<ReadonlyMap<string, string>> {
  const kernel = defineKernel({ base: 'v6.12', kvm: own });
  const { handler, entry } = foldEvent(units, kernel, 'invpcid', await readOwn(units, kernel.kvm));
  return new Map([...handler, ...entry].map(({ unit, text }) => [unit.name, text]));
}

const helper = kvm.unload;

describe('what a kernel does on an event, where it replaces a function', () => {
  it('is told in its own words, even if that is nothing', async () => {
    const texts = await folded({ syncPrevRoots() {} });
    expect(texts.get('syncPrevRoots')).toMatch(/^function syncPrevRoots\(\) \{\s*\}$/);
    expect(texts.get('vcpuFlushTlbGuest')).toContain('  syncPrevRoots(here);\n');
    expect(texts.has('isUnsyncRoot')).toBe(false);
  });

  it('has what that calls, with any argument', async () => {
    const texts = await folded({ syncPrevRoots: (here) => kvm.nestedExit(here, here.vcpu.cr3.space) });
    expect(texts.get('nestedExit')).toContain('loadVmcs12HostState(here, { space, low: 0 })');
    expect((await folded({})).has('nestedExit')).toBe(false);
  });

  it('has what is replaced too, if that is gone on to', async () => {
    const texts = await folded({ syncPrevRoots: (here) => kvm.syncPrevRoots.original(here) });
    expect(texts.get('syncPrevRoots')).toMatch(
      /^const syncPrevRoots = .*;\n\n\/\/ What it replaces.*:\nfunction syncPrevRoots\(here\) \{\n/,
    );
    expect(texts.has('isUnsyncRoot')).toBe(true);
  });

  it('serves whatever request may come of it', async () => {
    const service = async (own: Partial<KvmFunctions>) => (await folded(own)).get('SERVICE');
    const raises: KvmFunctions['syncPrevRoots'] = (here) => kvm.makeRequest(here, 'MMU_RELOAD');
    expect(await service({})).not.toContain('MMU_RELOAD');
    expect(await service({ syncPrevRoots: raises })).toContain('MMU_RELOAD: unload');
    expect(await service({ syncPrevRoots: (here) => helper(here) })).toContain('MMU_RELOAD: unload');
  });

  it('says what is not shown', async () => {
    const { syncPrevRoots } = Object.fromEntries(await folded({ syncPrevRoots: (here) => helper(here) }));
    expect(syncPrevRoots).toMatch(/^\/\/ What it calls through \w+ is not shown\.\nconst syncPrevRoots = /);
  });
});

it('what stands for a function of the kernel can be replaced, but for what roots are judged by; and nothing else', () => {
  const inKvm = units.all.filter(({ file, work }) => file.startsWith('spec/kvm/') && work !== null);
  const wrong = inKvm.filter(({ kernelNames, replaceable }) => replaceable !== kernelNames.length > 0);
  expect(inKvm.length).toBeGreaterThan(80);
  expect(wrong.map(({ name }) => name)).toEqual(['rootRole']);
});
