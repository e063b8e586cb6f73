import type { ModelSource } from '../../checker/model.ts';
import type { ModelData } from './create.ts';

/** KVM's machine as `search` and `simulate` take it: plain data, so that worker threads make the model too. */
export function memoModel(data: ModelData): ModelSource {
  return { module: new URL('./create.js', import.meta.url).href, data };
}
