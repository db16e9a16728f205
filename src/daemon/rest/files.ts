import { constants } from 'node:fs';
import { basename } from 'node:path';
import { listFolder } from '../../core/paths/list-folder.ts';
import { openResolved } from '../../core/paths/open.ts';
import type { PathResolver } from '../../core/paths/resolver.ts';
import { makeFolder } from '../../core/transfer/make-folder.ts';
import { isPart, receiveFile } from '../../core/transfer/receive-file.ts';
import type { Uploads } from '../../core/transfer/uploads.ts';
import type { Files, FolderView, PartialUploads } from '../../rest/files/files.ts';
import { Problem } from '../../rest/problems/problem.ts';
import { DomainError } from '../../core/errors.ts';
import type { AsAdministrator, HostRequest } from './right.ts';

/** The folder above, in the style of the path; null at a root. */
const parentOf = (text: string, roots: readonly string[]): string | null => {
  const bare = text.replace(/(?<=[^\\/:])[\\/]+$/, '');
  if (roots.some((root) => root.toLowerCase() === bare.toLowerCase())) return null;
  const at = Math.max(bare.lastIndexOf('/'), bare.lastIndexOf('\\'));
  if (at <= 0) return null;
  const above = bare.slice(0, at);
  return /^[A-Za-z]:$/.test(above) ? `${above}\\` : above;
};

const rootsView = (roots: readonly string[]): FolderView => ({
  path: null,
  parent: null,
  freeBytes: null,
  entries: roots.map((path) => ({ name: path, path, kind: 'folder', sizeBytes: null, modifiedAt: null })),
});

/** A name that is taken is REST's own refusal. */
const naming = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    if (error instanceof DomainError && error.hresult === '0x80070050')
      throw new Problem('already-exists', error.message, { cause: error });
    throw error;
  });

/** Files that come in parts: their beginning, their end and their removal are written down. */
const partialUploads = (uploads: Uploads, asAdministrator: AsAdministrator): PartialUploads => {
  const request = (what: string, path: string | null, changes: boolean): HostRequest => ({
    what,
    objects: path === null ? [] : [path],
    changes,
  });
  return {
    list: (context) => asAdministrator(context, request('list uploads', null, false), () => uploads.list()),
    get: (context, id) => asAdministrator(context, request('look at an upload', id, false), () => uploads.get(id)),
    begin: (context, path, announced) =>
      asAdministrator(context, request('begin upload', path, true), () =>
        naming(uploads.begin(context.caller.name, path, announced)),
      ),
    append: async (context, id, offset, content, sha256) => {
      const upload = await asAdministrator(context, request('send a part', id, false), () =>
        uploads.append(id, offset, content, sha256),
      );
      if (upload.received < upload.size) return { upload, whole: null };
      const whole = await asAdministrator(context, request('upload file', upload.path, true), () =>
        naming(uploads.finish(id)),
      );
      return { upload, whole };
    },
    discard: async (context, id) =>
      asAdministrator(context, request('discard upload', id, true), () => uploads.discard(id)),
  };
};

/** Files in the allowed roots, for REST. */
export const restFiles = (paths: PathResolver, uploads: Uploads, asAdministrator: AsAdministrator): Files => ({
  list: (context, path) =>
    asAdministrator(context, { what: 'list files', objects: path === null ? [] : [path], changes: false }, async () => {
      const roots = paths.rootTexts();
      if (path === null) return rootsView(roots);
      const { freeBytes, entries } = await listFolder(paths, path);
      return {
        path,
        parent: parentOf(path, roots),
        freeBytes,
        entries: entries
          .filter(({ name }) => !isPart(name))
          .map(({ name, kind, size, modifiedAt }) => ({
            name,
            path: paths.nameNewFile(path, name),
            kind,
            sizeBytes: kind === 'file' ? size : null,
            modifiedAt: new Date(modifiedAt).toISOString(),
          })),
      };
    }),
  requireFolder: (context, path) =>
    asAdministrator(context, { what: 'look for a folder', objects: [path], changes: false }, async () => {
      await paths.resolve(path, 'folder');
    }),
  makeFolder: (context, path) =>
    asAdministrator(context, { what: 'make folder', objects: [path], changes: true }, () =>
      naming(makeFolder(paths, path)),
    ),
  upload: (context, path, content, announced) =>
    asAdministrator(context, { what: 'upload file', objects: [path], changes: true }, () =>
      naming(receiveFile(paths, path, content, announced)),
    ),
  download: (context, path) =>
    // Whole disks leave the host by it: that is written down as a change would be.
    asAdministrator(context, { what: 'download file', objects: [path], changes: true }, async () => {
      const resolved = await paths.resolve(path, 'file');
      const handle = await openResolved(resolved, constants.O_RDONLY);
      const { size, ino, mtimeNs } = await handle.stat({ bigint: true }).catch(async (error: unknown) => {
        await handle.close();
        throw error;
      });
      return {
        name: basename(resolved.file),
        size: Number(size),
        revision: `${ino}-${size}-${mtimeNs}`,
        read: (start, end) => handle.createReadStream({ start, end: Math.max(start, end), autoClose: true }),
        close: () => handle.close(),
      };
    }),
  uploads: partialUploads(uploads, asAdministrator),
});
