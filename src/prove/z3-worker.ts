import { createRequire } from 'node:module';

/** What is used of the package, by its own names. */
interface Z3Solver {
  readonly init: () => Promise<{
    readonly em: {
      readonly ccall: (
        name: string,
        result: 'string',
        types: readonly string[],
        args: readonly unknown[],
      ) => string;
    };
    readonly Z3: {
      readonly get_full_version: () => string;
      readonly mk_config: () => unknown;
      readonly del_config: (config: unknown) => void;
      readonly mk_context: (config: unknown) => unknown;
      readonly del_context: (context: unknown) => void;
    };
  }>;
}

const { init } = createRequire(import.meta.url)('z3-solver') as Z3Solver;
const started = init();

/**
 * A thread that has z3 answer scripts; without one, which version it is. The script is passed by a plain call: the
 * package's own function hands it to another thread on a stack that is gone by the time it is read.
 */
export default async function work(script: string | null): Promise<string> {
  const { em, Z3 } = await started;
  if (script === null) return Z3.get_full_version();
  const config = Z3.mk_config();
  const context = Z3.mk_context(config);
  try {
    return em.ccall('Z3_eval_smtlib2_string', 'string', ['number', 'string'], [context, script]);
  } finally {
    Z3.del_context(context);
    Z3.del_config(config);
  }
}
