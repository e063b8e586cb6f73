import type { Model, ModelSource } from './model.ts';

/** Makes a model from its source. */
export async function loadModel(source: ModelSource): Promise<Model> {
  const module: { createModel: (data: unknown) => Model | Promise<Model> } = await import(source.module);
  return module.createModel(source.data);
}
