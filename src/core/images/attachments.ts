import type { HostDisks } from '../disks/host-disks.ts';
import type { AttachedImage } from '../disks/virtual-hard-disk.ts';
import { DomainError } from '../errors.ts';
import type { DiskImage } from '../machine-spec.ts';
import type { SystemsContext } from '../systems/context.ts';

type AttachmentServices = Pick<SystemsContext, 'store' | 'disks' | 'log'> & { readonly host: HostDisks };

const PREFIX = 'attached:';
const HELD = 'is attached to this host. Detach it first.';
/** Lun of Msvm_MountedStorageImage is a byte. */
const LUNS = 256;

/**
 * Disks that are attached to the host. The kernel knows which files are devices; the store knows which of them are ours, and by
 * what names they were asked for. A record is durable before its device is made, so that a crash leaves none that nobody knows.
 * After a boot of the host there are none.
 */
export class Attachments {
  readonly #services: AttachmentServices;
  /** By file. */
  readonly #images = new Map<string, AttachedImage>();
  /** Nobody else opens the files meanwhile. */
  readonly #claims = new Map<string, Disposable>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(services: AttachmentServices) {
    this.#services = services;
  }

  static async open(services: AttachmentServices): Promise<Attachments> {
    const { store, host, disks, log } = services;
    const held = new Attachments(services);
    const records = [...(await store.load('settings'))].filter(([key]) => key.startsWith(PREFIX));
    if (records.length === 0) return held;
    const devices = await host.list().catch((error: unknown) => {
      log.warn({ err: error }, 'the disks that are attached to the host are not known; those that were are held still');
      return null;
    });
    for (const [key, value] of records) {
      const image = value as AttachedImage;
      const there = devices?.find(({ file }) => file === image.file);
      if (devices === null || there !== undefined)
        held.#show({ ...image, device: there?.device ?? '' }, disks.claim([image.file], HELD));
      else
        await store
          .commit([{ table: 'settings', key, value: null }])
          .catch((error: unknown) =>
            log.warn({ err: error, file: image.file }, 'a disk that is detached has a record'),
          );
    }
    return held;
  }

  images(): Iterable<AttachedImage> {
    return this.#images.values();
  }

  get(file: string): AttachedImage | undefined {
    return this.#images.get(file);
  }

  /** @throws DomainError notSupported where this host cannot */
  requireAble(): void {
    if (this.#services.host.lack !== null) throw new DomainError('notSupported', this.#services.host.lack);
  }

  /** @throws DomainError notSupported where this host cannot make a device of this disk */
  async requireAbleTo(image: DiskImage): Promise<void> {
    const lack = await this.#services.host.lackFor(image);
    if (lack !== null) throw new DomainError('notSupported', lack);
  }

  attach(
    wanted: Omit<AttachedImage, 'lun' | 'device'>,
    disk: DiskImage,
    size: Parameters<HostDisks['attach']>[1],
  ): Promise<void> {
    return this.#inTurn(async () => {
      const { disks, host } = this.#services;
      const claim = disks.claim([wanted.file], HELD);
      try {
        const image: AttachedImage = { ...wanted, lun: this.#freeLun(), device: '' };
        await this.#put(wanted.file, image);
        const { device } = await host.attach(disk, size);
        this.#show({ ...image, device }, claim);
      } catch (error) {
        claim[Symbol.dispose]();
        await this.#put(wanted.file, null);
        throw error;
      }
    });
  }

  /** Nothing to do is no error. */
  detach(file: string): Promise<void> {
    return this.#inTurn(async () => {
      const { host } = this.#services;
      for (const { device } of (await host.list()).filter((one) => one.file === file)) await host.detach(device);
      await this.#put(file, null);
      this.#images.delete(file);
      this.#claims.get(file)?.[Symbol.dispose]();
      this.#claims.delete(file);
    });
  }

  #show(image: AttachedImage, claim: Disposable): void {
    this.#images.set(image.file, image);
    this.#claims.set(image.file, claim);
  }

  #freeLun(): number {
    const taken = new Set([...this.#images.values()].map(({ lun }) => lun));
    for (let lun = 0; lun < LUNS; lun++) if (!taken.has(lun)) return lun;
    throw new DomainError('failed', `${LUNS} disks are attached to this host already. Detach one first.`);
  }

  async #put(file: string, value: AttachedImage | null): Promise<void> {
    await this.#services.store.commit([{ table: 'settings', key: PREFIX + file, value }]);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}
