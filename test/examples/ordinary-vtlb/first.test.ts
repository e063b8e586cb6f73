import { expect, it } from 'vitest';
import { vtlbMatchers } from 'vtlb/testing';
import { VtlbAdapter } from './adapter.ts';

expect.extend(vtlbMatchers);

it('keeps no translation longer than a processor may', async () => {
  await expect(new VtlbAdapter()).toAgreeWithSpec({
    contract: 'sdm',
    layout: 'minimal',
    depth: Infinity,
    runs: 100,
  });
});
