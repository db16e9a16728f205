import type { Later } from '../ports.ts';
import { freeBytes } from './free-space.ts';

/** Between two looks at what is free, which cost next to nothing. */
const LOOK_MS = 5_000;

/**
 * Calls `work` once, when at least `needed` bytes are free at `place`; a place that is away has no room. Nobody tells that a
 * file system has room again: it is looked at now and then, in real time. Answers how to call it off.
 */
export const whenThereIsRoom = (
  later: Later,
  { place, needed }: { readonly place: string; readonly needed: bigint },
  work: () => void,
  free: (place: string) => Promise<bigint> = freeBytes,
): (() => void) => {
  const watch: { callOff: (() => void) | null } = { callOff: null };
  const wait = (): void => {
    watch.callOff = later(LOOK_MS, () => void look());
  };
  const look = async (): Promise<void> => {
    const found = await free(place).catch(() => -1n);
    if (watch.callOff === null) return;
    if (found < needed) return wait();
    watch.callOff = null;
    work();
  };
  wait();
  return () => {
    watch.callOff?.();
    watch.callOff = null;
  };
};
