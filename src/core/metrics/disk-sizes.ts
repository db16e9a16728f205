import { firstText } from '../devices/effective.ts';
import type { Guid, Instant, VirtualSystem } from '../model.ts';

/** Files grow slowly, and asking for them takes the disk's time. */
const STALE_MS = 60_000;

/** What the disk files of measured machines take on the host, asked for in the background. */
export class DiskSizes {
  readonly #sizeOf: (text: string) => Promise<number | null>;
  readonly #sizes = new Map<Guid, ReadonlyMap<string, number>>();
  readonly #at = new Map<Guid, Instant>();

  constructor(sizeOf: (text: string) => Promise<number | null>) {
    this.#sizeOf = sizeOf;
  }

  /** Bytes of the file of a disk; 0 while nobody knows. */
  of(system: VirtualSystem, part: string): number {
    return this.#sizes.get(system.id)?.get(part) ?? 0;
  }

  /** Marks them fresh as well: a file that cannot be read is asked for as seldom as the others. */
  isStale(system: VirtualSystem, now: Instant): boolean {
    const at = this.#at.get(system.id);
    if (at !== undefined && now - at < STALE_MS) return false;
    this.#at.set(system.id, now);
    return true;
  }

  async measure(system: VirtualSystem): Promise<void> {
    const sizes = new Map<string, number>();
    for (const setting of system.active.devices) {
      const file = setting.kind === 'hardDiskImage' ? firstText(setting, 'HostResource') : null;
      const bytes = file === null ? null : await this.#sizeOf(file);
      if (bytes !== null) sizes.set(setting.part, bytes);
    }
    this.#sizes.set(system.id, sizes);
  }

  forget(system: Guid): void {
    this.#sizes.delete(system);
    this.#at.delete(system);
  }
}
