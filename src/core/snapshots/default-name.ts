import type { Instant } from '../model.ts';

/** `vm1 - (11/20/2026 - 3:04:05 PM)`, the name that Hyper-V's tools know (spec snapshots §1). */
export const defaultSnapshotName = (system: string, at: Instant, automatic = false): string => {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getMonth() + 1}/${date.getDate()}/${date.getFullYear()}`;
  const hour = date.getHours() % 12 === 0 ? 12 : date.getHours() % 12;
  const time = `${hour}:${two(date.getMinutes())}:${two(date.getSeconds())} ${date.getHours() < 12 ? 'AM' : 'PM'}`;
  return automatic ? `Automatic Checkpoint - ${system} - (${day} - ${time})` : `${system} - (${day} - ${time})`;
};
