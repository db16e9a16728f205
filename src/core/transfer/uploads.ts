import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, link, open, stat, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { requireSpace } from '../disks/free-space.ts';
import { withStorageErrors } from '../disks/storage-errors.ts';
import { DomainError } from '../errors.ts';
import { type OpenFolder, openFolder } from '../paths/open-folder.ts';
import type { PathResolver } from '../paths/resolver.ts';
import { syncFile, syncFolder } from '../paths/sync.ts';
import { checkDigest, digestOfFile, PartDigests } from './part-digests.ts';
import { type Announced, nameTaken, partName, type Received, removeStale, STALE_MS } from './receive-file.ts';

/** A file that comes in parts, as stored: how much of it is there, its own file tells. */
export interface Upload {
  readonly id: string;
  /** As the client names it. */
  readonly path: string;
  readonly size: number;
  /** Of the whole, in hex, as its client announced it; null: it did not. */
  readonly sha256: string | null;
  readonly owner: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface UploadState extends Upload {
  readonly received: number;
  /** ISO 8601; later with every part. */
  readonly expiresAt: string;
}

export interface UploadStorage {
  load(): Promise<readonly Upload[]>;
  save(upload: Upload): Promise<void>;
  remove(id: string): Promise<void>;
}

export interface UploadOptions {
  readonly storage: UploadStorage;
  readonly paths: PathResolver;
  readonly now?: () => number;
}

/** Uploads that are under way at a time. */
const MOST = 32;
/** HRESULT of a folder that the service may not enter. */
const ACCESS_DENIED = '0x80070005';

/**
 * Files that clients send in parts, over broken connections and restarts of the service. The parts are a file of its own beside
 * the place of the whole; it gets its name when it is whole and on the disk, and never over another file. What nobody has
 * sent to for a day goes.
 */
export class Uploads {
  readonly #options: Required<UploadOptions>;
  readonly #uploads = new Map<string, Upload>();
  /** Requests that are being read: a later one of the same upload ends it, for its client knows more than we do. */
  readonly #reading = new Map<string, { readonly content: Readable; readonly over: Promise<unknown> }>();
  /** Whole files that are being checked and named: who asks again meanwhile is told the same. */
  readonly #finishing = new Map<string, Promise<Received>>();
  readonly #digests = new PartDigests();
  /** Beginnings go one after the other, so that two do not count on the same free space. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(options: UploadOptions) {
    this.#options = { now: () => Date.now(), ...options };
  }

  static async open(options: UploadOptions): Promise<Uploads> {
    const uploads = new Uploads(options);
    for (const upload of await options.storage.load()) uploads.#uploads.set(upload.id, upload);
    return uploads;
  }

  /** Those under way, the oldest first; what is over is taken away, and what cannot be looked at now is left out. */
  async list(): Promise<readonly UploadState[]> {
    const found: UploadState[] = [];
    for (const upload of [...this.#uploads.values()]) {
      const state = await this.#look(upload).catch(() => undefined);
      if (state !== undefined) found.push(state);
    }
    return found.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  }

  /** @throws DomainError fileNotFound for what is not under way, or no longer */
  async get(id: string): Promise<UploadState> {
    const upload = this.#uploads.get(id);
    const state = upload === undefined ? undefined : await this.#look(upload);
    if (state === undefined)
      throw new DomainError('fileNotFound', 'There is no such upload, or it is over. Begin anew.');
    return state;
  }

  /**
   * Nothing is sent yet.
   * @throws DomainError invalidParameter 0x80070050 when the name is taken; failed 0x80070070 when it does not fit beside what
   * other uploads still have to bring (K33); outOfMemory for too many
   */
  begin(owner: string, path: string, announced: Announced & { readonly size: number }): Promise<UploadState> {
    const next = this.#turn.then(() => withStorageErrors(path, () => this.#begin(owner, path, announced)));
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #begin(
    owner: string,
    path: string,
    { size, sha256 }: Announced & { readonly size: number },
  ): Promise<UploadState> {
    const { paths, storage, now } = this.#options;
    const others = await this.list();
    if (others.length >= MOST)
      throw new DomainError('outOfMemory', `${MOST} uploads are under way. Finish or remove one first.`);
    const target = await paths.resolve(path, 'newFile');
    if (target.exists) throw nameTaken(path);
    const folder = await openFolder({ text: path, file: dirname(target.file) });
    try {
      await removeStale(folder);
      await requireSpace(
        folder.inside('.'),
        size + (await this.#outstanding(folder, others)),
        `the file ${JSON.stringify(basename(target.file))}`,
      );
      const id = randomBytes(16).toString('hex');
      const upload: Upload = {
        id,
        path,
        size,
        sha256: sha256?.toString('hex') ?? null,
        owner,
        startedAt: new Date(now()).toISOString(),
      };
      // The record first: a record without a file is seen to be over, a file without one would stay.
      await storage.save(upload);
      const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
      await (await open(folder.inside(partName(id)), flags, 0o640)).close();
      this.#uploads.set(id, upload);
      return await this.get(id);
    } finally {
      await folder.close();
    }
  }

  /**
   * Adds a part. What came before the connection broke is kept, but of a part whose SHA-256 was announced: that is kept when it
   * has come as it was sent, or not at all.
   * @throws DomainError invalidState when the file has not this many bytes; invalidParameter for more than was announced, or others
   */
  async append(id: string, offset: number, content: Readable, sha256: Buffer | null): Promise<UploadState> {
    const before = this.#ended(id);
    const over = before.then(async () => {
      const upload = await this.get(id);
      return withStorageErrors(upload.path, () => this.#append(upload, offset, content, sha256));
    });
    // At once: of two that come together, the later one sees the other.
    const reading = { content, over };
    this.#reading.set(id, reading);
    try {
      await over;
    } finally {
      if (this.#reading.get(id) === reading) this.#reading.delete(id);
    }
    return this.get(id);
  }

  async #append(upload: Upload, offset: number, content: Readable, sha256: Buffer | null): Promise<void> {
    await this.#within(upload, async (folder) => {
      const handle = await open(folder.inside(partName(upload.id)), constants.O_WRONLY | constants.O_NOFOLLOW);
      try {
        const { size } = await handle.stat();
        if (offset !== size)
          throw new DomainError('invalidState', `The upload has ${size} bytes. Go on there, not at ${offset}.`);
        await requireSpace(folder.inside('.'), upload.size - size, `the rest of ${JSON.stringify(upload.path)}`);
        const digests = this.#digests.begin(upload.id, size, sha256 !== null);
        try {
          const end = await add(handle, digests.through(content), size, upload.size);
          checkDigest(digests.part(), sha256);
          digests.keep(end);
        } catch (error) {
          if (sha256 !== null) await handle.truncate(size);
          throw error;
        }
      } finally {
        // A handle that stays open ends the service when it is collected as garbage.
        try {
          await handle.sync();
        } finally {
          await handle.close();
        }
      }
    });
  }

  /**
   * Gives the whole file its name. One that is not what was announced is taken away.
   * @throws DomainError invalidState when a part is missing; invalidParameter for other bytes than were announced, 0x80070050
   * when somebody took the name meanwhile
   */
  async finish(id: string): Promise<Received> {
    const under = this.#finishing.get(id);
    if (under !== undefined) return under;
    const result = withStorageErrors(this.#uploads.get(id)?.path ?? id, () => this.#finish(id));
    this.#finishing.set(id, result);
    try {
      return await result;
    } finally {
      this.#finishing.delete(id);
    }
  }

  async #finish(id: string): Promise<Received> {
    await this.#ended(id);
    const { received, ...upload } = await this.get(id);
    if (received !== upload.size)
      throw new DomainError('invalidState', `${upload.size - received} bytes are missing. Send them first.`);
    const sha256 = await this.#within(upload, async (folder, name) => {
      const [part, whole] = [folder.inside(partName(id)), folder.inside(name)];
      const digest = this.#digests.whole(id, upload.size) ?? (await digestOfFile(part));
      if (upload.sha256 !== null && digest.toString('hex') !== upload.sha256) return digest;
      // What a service that was killed had received may be in the memory of the host only.
      await syncFile(part);
      try {
        // A link fails where a rename would replace what somebody else has made meanwhile.
        await link(part, whole);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
        // The same file: a service that was killed right here had come so far.
        const [one, other] = await Promise.all([stat(part), stat(whole)]);
        if (one.ino !== other.ino || one.dev !== other.dev) throw nameTaken(upload.path);
      }
      await syncFolder(folder.inside('.'));
      return digest;
    });
    await this.#forget(upload);
    // Which of its parts was changed nobody can tell.
    checkDigest(sha256, upload.sha256 === null ? null : Buffer.from(upload.sha256, 'hex'));
    return { bytes: upload.size, sha256 };
  }

  /** Takes away what has come. @throws DomainError fileNotFound */
  async discard(id: string): Promise<void> {
    // What is being named is whole first: it is there then, and no upload any more.
    await this.#finishing.get(id)?.catch(() => undefined);
    const upload = await this.get(id);
    await this.#ended(id);
    await this.#forget(upload);
  }

  /** Resolves when the request that is being read, if there is one, has ended and left the part alone. */
  async #ended(id: string): Promise<void> {
    const reading = this.#reading.get(id);
    // Told to whoever reads it, if somebody does yet.
    reading?.content.once('error', () => undefined);
    reading?.content.destroy(new DomainError('invalidState', 'Another request goes on with this upload.'));
    await reading?.over.catch(() => undefined);
  }

  /** Undefined: it is over, and taken away. */
  async #look(upload: Upload): Promise<UploadState | undefined> {
    const look = (folder: OpenFolder): Promise<Stats> => stat(folder.inside(partName(upload.id)));
    const found = await this.#within(upload, look).catch((error: unknown) => {
      // Gone, or no longer where clients may write. What fails otherwise may go well the next time.
      const refused = error instanceof DomainError && (error.code !== 'failed' || error.hresult === ACCESS_DENIED);
      if (refused || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    });
    const until = (found?.mtimeMs ?? 0) + STALE_MS;
    if (found === null || until < this.#options.now()) {
      await this.#forget(upload);
      return undefined;
    }
    return { ...upload, received: found.size, expiresAt: new Date(until).toISOString() };
  }

  /** Bytes that others have yet to bring to the file system of a folder. */
  async #outstanding(folder: OpenFolder, others: readonly UploadState[]): Promise<number> {
    const { dev } = await stat(folder.inside('.'));
    let bytes = 0;
    for (const other of others) {
      const there = await this.#within(other, (place) => stat(place.inside('.'))).catch(() => null);
      if (there?.dev === dev) bytes += other.size - other.received;
    }
    return bytes;
  }

  /** The record goes last, so that a part that could not be removed is tried again. */
  async #forget(upload: Upload): Promise<void> {
    await this.#within(upload, (folder) => unlink(folder.inside(partName(upload.id)))).catch(() => undefined);
    await this.#options.storage.remove(upload.id);
    this.#uploads.delete(upload.id);
    this.#digests.forget(upload.id);
  }

  /** With the folder of the file, found anew each time: what may be named may change. */
  async #within<T>({ path }: Upload, work: (folder: OpenFolder, name: string) => Promise<T>): Promise<T> {
    const target = await this.#options.paths.resolve(path, 'newFile');
    const folder = await openFolder({ text: path, file: dirname(target.file) });
    try {
      return await work(folder, basename(target.file));
    } finally {
      await folder.close();
    }
  }
}

/** Where it ends. @throws DomainError invalidParameter when more comes than fits */
const add = async (
  handle: FileHandle,
  content: AsyncIterable<Buffer>,
  start: number,
  size: number,
): Promise<number> => {
  let at = start;
  for await (const chunk of content) {
    if (at + chunk.length > size)
      throw new DomainError('invalidParameter', `More than the ${size} bytes came that were announced.`);
    for (let done = 0; done < chunk.length; ) done += (await handle.write(chunk, done, null, at + done)).bytesWritten;
    at += chunk.length;
  }
  return at;
};
