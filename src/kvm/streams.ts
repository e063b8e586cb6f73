import type { Program } from './program.ts';

/** Guests as the file that test/kvm/rig/vmm.c reads, a stream each. */
export function encodeStreams(programs: readonly Program[]): Uint8Array {
  const words = [
    BigInt(programs.length),
    ...programs.flatMap(({ image: { pokes }, operations, vcpus, isHypervisor }) => [
      BigInt(pokes.length),
      BigInt(operations.length),
      BigInt(vcpus),
      isHypervisor ? 1n : 0n,
      ...pokes.flat(),
      ...operations.flat(),
    ]),
  ];
  return new Uint8Array(BigUint64Array.from(words).buffer);
}
