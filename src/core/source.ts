import type { ModelSource } from '../checker/model.ts';
import type { ModelData } from './model.ts';

/** KVM's machine as `search` and `simulate` take it: plain data, so that worker threads make the model too. */
export function coreModel(data: ModelData): ModelSource {
  return { module: new URL('./model.js', import.meta.url).href, data };
}
