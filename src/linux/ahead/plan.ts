import type { WasmModule } from '../../conform/web-assembly.ts';
import type { RowLayout } from '../../engine/rows/fields.ts';
import type { AheadMemory } from './board.ts';

/** What a thread that works ahead of a search is given. */
export interface AheadPlan {
  readonly module: WasmModule;
  readonly rows: RowLayout;
  readonly memory: AheadMemory;
  /** Where it tells. */
  readonly book: SharedArrayBuffer;
  readonly who: number;
}
