import { match } from 'ts-pattern';
import type { Event } from '../../spec/events/event.ts';
import { CR4_BITS } from '../../spec/state/registers.ts';

/** An event as a trace line, without what goes without saying. `parseTrace` reads it back. */
export function formatEvent(event: Event): string {
  const text = match(event)
    .with(
      { kind: 'access' },
      { kind: 'invlpg' },
      { kind: 'page-fault' },
      ({ kind, page }) => `${kind} ${page}`,
    )
    .with(
      { kind: 'write-pte' },
      ({ space, page, frame, emulated, cached }) =>
        `write-pte ${space}:${page} ${frame ?? 'none'}${emulated ? ' emulated' : ''}${cached ? ' cached' : ''}`,
    )
    .with({ kind: 'write-dir' }, ({ space, half, table }) => `write-dir ${space}:${half} ${table ?? 'none'}`)
    .with(
      { kind: 'mov-cr3' },
      ({ space, low, noflush }) =>
        `mov-cr3 ${space}${low === 0 ? '' : ` pcid=${low}`}${noflush ? ' noflush' : ''}`,
    )
    .with({ kind: 'mov-cr4' }, ({ bits }) =>
      [
        'mov-cr4',
        ...CR4_BITS.filter((bit) => bits[bit] !== undefined).map((bit) => `${bit}=${digit(bits[bit])}`),
      ].join(' '),
    )
    .with({ kind: 'mov-cr0' }, ({ wp }) => `mov-cr0 wp=${digit(wp)}`)
    .with({ kind: 'invpcid', type: 'address' }, ({ pcid, page }) => `invpcid address pcid=${pcid} ${page}`)
    .with({ kind: 'invpcid', type: 'single' }, ({ pcid }) => `invpcid single pcid=${pcid}`)
    .with({ kind: 'invpcid' }, ({ type }) => `invpcid ${type}`)
    .with({ kind: 'mov-cr3-twice' }, ({ first, second }) => `mov-cr3-twice ${first} ${second}`)
    .with({ kind: 'nested', action: 'invvpid' }, () => 'nested invvpid')
    .with({ kind: 'nested', action: 'exit' }, ({ space }) => `nested exit ${space}`)
    .with(
      { kind: 'nested' },
      ({ space, vpid, fails }) =>
        `nested enter ${space}${vpid ? ` vpid=${vpid}` : ''}${fails ? ' fails' : ''}`,
    )
    .with({ kind: 'zap-during' }, ({ during, page }) => `zap-during ${during} ${page}`)
    .with({ kind: 'host' }, ({ action }) => `host ${action}`)
    .exhaustive();
  return event.cpu === 0 ? text : `cpu ${event.cpu}: ${text}`;
}

function digit(bit: boolean | undefined): string {
  return bit ? '1' : '0';
}
