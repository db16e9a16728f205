import { DomainError } from '../core/errors.ts';
import type { AdapterSpec, DiskImage, DiskSpec, MachineSpec } from '../core/machine-spec.ts';
import type { DiskLocks } from './disk-locks.ts';

/** The drives and network adapters of one running machine, with the rules of a real one about what may change. */
export class MachineDevices {
  readonly #system: string;
  /** AHCI, which inbox drivers of generation 2 need (K27), takes no drive from a running guest and gives none. */
  readonly #hotplug: boolean;
  readonly #locks: DiskLocks;
  readonly #disks: Map<string, DiskSpec>;
  readonly #adapters: Map<string, AdapterSpec>;

  /** The disks of `spec` are locked already. */
  constructor(spec: MachineSpec, locks: DiskLocks) {
    this.#system = spec.id;
    this.#hotplug = spec.generation === 1 || spec.deviceModels !== 'inbox';
    this.#locks = locks;
    this.#disks = new Map(spec.disks.map((disk) => [disk.id, disk]));
    this.#adapters = new Map(spec.adapters.map((adapter) => [adapter.id, adapter]));
  }

  get disks(): readonly DiskSpec[] {
    return [...this.#disks.values()];
  }

  get adapters(): readonly AdapterSpec[] {
    return [...this.#adapters.values()];
  }

  releaseAll(): void {
    for (const id of this.#disks.keys()) this.#locks.release(this.#system, id);
  }

  async changeMedium(diskId: string, image: DiskSpec['image']): Promise<void> {
    const before = this.#disk(diskId);
    if (before.media === 'disk')
      throw new DomainError('invalidState', `The drive '${diskId}' has no removable medium.`);
    const after = { ...before, image };
    this.#locks.release(this.#system, diskId);
    try {
      await this.#locks.acquire(this.#system, after);
    } catch (error) {
      await this.#locks.acquire(this.#system, before);
      throw error;
    }
    this.#disks.set(diskId, after);
  }

  /** Other files under the same disk, as after a checkpoint or a merge: the guest sees no difference. */
  async setImage(diskId: string, image: DiskImage): Promise<void> {
    const before = this.#disk(diskId);
    const after = { ...before, image };
    this.#locks.release(this.#system, diskId);
    try {
      await this.#locks.acquire(this.#system, after);
    } catch (error) {
      await this.#locks.acquire(this.#system, before);
      throw error;
    }
    this.#disks.set(diskId, after);
  }

  imageOf(diskId: string): DiskImage | null {
    return this.#disk(diskId).image;
  }

  async addDisk(disk: DiskSpec): Promise<void> {
    if (disk.bus !== 'scsi' || !this.#hotplug)
      throw new DomainError(
        'invalidState',
        'This drive cannot be added while the machine runs. Turn the machine off first.',
      );
    const taken = this.disks.some(
      (other) =>
        other.id === disk.id ||
        (other.bus === disk.bus && other.controller === disk.controller && other.slot === disk.slot),
    );
    if (taken)
      throw new DomainError('invalidParameter', `The place of the drive '${disk.id}' is taken. Choose another one.`);
    await this.#locks.acquire(this.#system, disk);
    this.#disks.set(disk.id, disk);
  }

  removeDisk(diskId: string): void {
    if (this.#disk(diskId).bus !== 'scsi' || !this.#hotplug)
      throw new DomainError(
        'invalidState',
        'This drive cannot be removed while the machine runs. Turn the machine off first.',
      );
    this.#locks.release(this.#system, diskId);
    this.#disks.delete(diskId);
  }

  setIopsLimit(diskId: string, limit: number | null): void {
    this.#disks.set(diskId, { ...this.#disk(diskId), iopsLimit: limit });
  }

  addAdapter(adapter: AdapterSpec): void {
    if (this.#adapters.has(adapter.id))
      throw new DomainError('invalidParameter', `The adapter '${adapter.id}' is there already.`);
    this.#adapters.set(adapter.id, adapter);
  }

  removeAdapter(adapterId: string): void {
    this.#require(adapterId);
    this.#adapters.delete(adapterId);
  }

  connectAdapter(adapter: AdapterSpec): void {
    this.#require(adapter.id);
    this.#adapters.set(adapter.id, adapter);
  }

  #require(adapterId: string): void {
    if (!this.#adapters.has(adapterId))
      throw new DomainError('invalidParameter', `The machine has no network adapter '${adapterId}'.`);
  }

  #disk(id: string): DiskSpec {
    const disk = this.#disks.get(id);
    if (disk === undefined) throw new DomainError('invalidParameter', `The machine has no drive '${id}'.`);
    return disk;
  }
}
