import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, open, readdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { requireSpace } from '../disks/free-space.ts';
import { withStorageErrors } from '../disks/storage-errors.ts';
import { DomainError } from '../errors.ts';
import { type OpenFolder, openFolder } from '../paths/open-folder.ts';
import type { PathResolver } from '../paths/resolver.ts';
import { syncFolder } from '../paths/sync.ts';
import { checkDigest } from './part-digests.ts';

const PREFIX = '.vsms-upload-';

/** Name of a file that is not whole yet. */
export const partName = (id: string): string => `${PREFIX}${id}`;
/** Is it of a file that is not whole yet? Nobody is shown it. */
export const isPart = (name: string): boolean => name.startsWith(PREFIX);
/** What a service that was killed left behind is removed when it is this old and somebody uploads into the folder again. */
export const STALE_MS = 24 * 3600_000;
/** Free space is looked at again after this many bytes when nobody says how many come. */
const STRIDE = 64 << 20;

export interface Received {
  readonly bytes: number;
  readonly sha256: Buffer;
}

/** What a client says of its file before it sends it; null: nothing. */
export interface Announced {
  readonly size: number | null;
  readonly sha256: Buffer | null;
}

/**
 * Writes a new file where a client names one: under a name of its own first, which it gets when it is whole and on the disk,
 * and never over another file.
 * @throws DomainError invalidParameter 0x80070050 when the name is taken, or for other bytes than were announced; failed 0x80070070 when it does not fit (K33)
 */
export const receiveFile = (
  paths: PathResolver,
  text: string,
  content: Readable,
  announced: Announced,
): Promise<Received> => withStorageErrors(text, () => received(paths, text, content, announced));

const received = async (
  paths: PathResolver,
  text: string,
  content: Readable,
  announced: Announced,
): Promise<Received> => {
  const { size } = announced;
  const target = await paths.resolve(text, 'newFile');
  if (target.exists) throw nameTaken(text);
  const name = basename(target.file);
  const folder = await openFolder({ text, file: dirname(target.file) });
  try {
    await removeStale(folder);
    await requireSpace(folder.inside('.'), size ?? STRIDE, `the file ${JSON.stringify(name)}`);
    const temporary = partName(randomBytes(8).toString('hex'));
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(folder.inside(temporary), flags, 0o640);
    try {
      const written = await write(handle, folder, name, content, announced);
      await handle.sync();
      // A link fails where a rename would replace what somebody else has made meanwhile.
      await link(folder.inside(temporary), folder.inside(name)).catch((cause: unknown) => {
        throw (cause as NodeJS.ErrnoException).code === 'EEXIST' ? nameTaken(text) : cause;
      });
      return written;
    } finally {
      await handle.close();
      await unlink(folder.inside(temporary));
      await syncFolder(folder.inside('.'));
    }
  } finally {
    await folder.close();
  }
};

export const nameTaken = (text: string): DomainError =>
  new DomainError('invalidParameter', `${JSON.stringify(text)} is there already. Choose another name.`, {
    hresult: '0x80070050',
  });

const write = async (
  handle: FileHandle,
  folder: OpenFolder,
  name: string,
  content: Readable,
  { size, sha256 }: Announced,
): Promise<Received> => {
  const hash = createHash('sha256');
  let written = 0;
  let checked = size ?? STRIDE;
  for await (const chunk of content as AsyncIterable<Buffer>) {
    if (size === null && written + chunk.length > checked) {
      await requireSpace(folder.inside('.'), STRIDE, `the rest of the file ${JSON.stringify(name)}`);
      checked += STRIDE;
    }
    hash.update(chunk);
    for (let at = 0; at < chunk.length; ) at += (await handle.write(chunk, at)).bytesWritten;
    written += chunk.length;
  }
  if (size !== null && written !== size)
    throw new DomainError(
      'invalidParameter',
      `${written} bytes came where ${size} were announced. Send the file again.`,
    );
  const digest = hash.digest();
  checkDigest(digest, sha256);
  return { bytes: written, sha256: digest };
};

export const removeStale = async (folder: OpenFolder): Promise<void> => {
  for (const name of await readdir(folder.inside('.'))) {
    if (!isPart(name)) continue;
    const place = folder.inside(name);
    const found = await stat(place).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > STALE_MS) await unlink(place).catch(() => undefined);
  }
};
