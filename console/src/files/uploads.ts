import { get, getWhole, Problem, send } from '../api/http.ts';
import type { Folder, List, Upload } from '../api/types.ts';

/** A file that this page sends. It goes on while other pages are looked at. */
export interface Sending {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly sent: number;
  /** `waiting`: the service does not answer, and is asked again. */
  readonly state: 'sending' | 'waiting' | 'done' | 'failed' | 'stopped';
  readonly error: unknown;
}

/** Bytes of one part: what is sent again at most. */
const PART = 8 << 20;
const RETRY_MS = 3_000;

let sendings: readonly Sending[] = [];
let next = 1;
const stops = new Map<number, AbortController>();
const listeners = new Set<() => void>();

const set = (value: readonly Sending[]): void => {
  sendings = value;
  for (const listener of listeners) listener();
};
const change = (id: number, values: Partial<Sending>): void =>
  set(sendings.map((each) => (each.id === id ? { ...each, ...values } : each)));

export const currentSendings = (): readonly Sending[] => sendings;
export const onSendings = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** What the browser must not leave behind silently. */
export const isUnderWay = ({ state }: Sending): boolean => state === 'sending' || state === 'waiting';

addEventListener('beforeunload', (event) => {
  if (sendings.some(isUnderWay)) event.preventDefault();
});

/**
 * One of the same name and size that was begun before goes on where it was, unless the file was written to since: disks keep their
 * size, and the new end of one behind its old beginning would be no disk at all.
 */
const begin = async (path: string, file: File): Promise<Upload> => {
  const { items } = await get<List<Upload>>('/files/uploads');
  const before = items.find((upload) => upload.path === path && upload.sizeBytes === file.size);
  if (before !== undefined && file.lastModified <= Date.parse(before.startedAt)) return before;
  if (before !== undefined) await send('DELETE', `/files/uploads/${before.id}`);
  return send<Upload>('POST', '/files/uploads', { path, sizeBytes: file.size });
};

/** The one that this page has begun: no clock is asked. null: it has become the file, and the answer that told it was lost. */
const goOn = async (
  { id, startedAt }: Upload,
  path: string,
  file: File,
  wasAllSent: boolean,
): Promise<Upload | null> => {
  const { items } = await get<List<Upload>>('/files/uploads');
  const upload = items.find((each) => each.id === id);
  if (upload !== undefined) return upload;
  return wasAllSent && (await isThere(path, file.size, startedAt)) ? null : begin(path, file);
};

/** Nothing had this name when the upload began, or it would not have begun. */
const isThere = async (path: string, size: number, since: string): Promise<boolean> => {
  const folder = path.replace(/[^\\/]*$/, '');
  const { items } = await getWhole<Folder>(`/files?path=${encodeURIComponent(folder)}`);
  const name = path.slice(folder.length).toLowerCase();
  return items.some(
    (item) =>
      item.name.toLowerCase() === name &&
      item.sizeBytes === size &&
      // Times of files are those of the host, as the time is when it began; they may have whole seconds only.
      Date.parse(item.modifiedAt ?? '') >= Date.parse(since) - 1_000,
  );
};

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, RETRY_MS);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

/** The service is away, or was restarted in the middle of a part. */
const isPassing = (error: unknown): boolean =>
  error instanceof Problem && (error.body.status === 0 || error.body.status >= 502);
/** It has another part than we think. */
const isElsewhere = (error: unknown): boolean => error instanceof Problem && error.body.code === 'invalid-state';

/** The service keeps a part when it has come as it was sent. Pages that came in clear have no digests. */
const digestHeader = async (part: Blob): Promise<Readonly<Record<string, string>>> => {
  if (!isSecureContext) return {};
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await part.arrayBuffer()));
  return { 'content-digest': `sha-256=:${btoa(String.fromCharCode(...digest))}:` };
};

const transfer = async (id: number, file: File, path: string, signal: AbortSignal): Promise<void> => {
  let own: Upload | null = null;
  let wasAllSent = false;
  for (;;) {
    try {
      // Asked first, whatever happened: the service knows what it has.
      const upload: Upload | null = own === null ? await begin(path, file) : await goOn(own, path, file, wasAllSent);
      if (upload === null) return;
      own = upload;
      let offset: number = upload.receivedBytes;
      do {
        change(id, { sent: offset, state: 'sending' });
        const part = file.slice(offset, offset + PART);
        const headers = await digestHeader(part);
        wasAllSent = offset + part.size === file.size;
        await send('PATCH', `/files/uploads/${upload.id}?offset=${offset}`, part, { signal, headers });
        offset += part.size;
      } while (offset < file.size);
      return;
    } catch (error) {
      if (signal.aborted || !(isPassing(error) || isElsewhere(error))) throw error;
      change(id, { state: 'waiting' });
      await pause(signal);
      if (signal.aborted) throw error;
    }
  }
};

/** Begins to send a file; `onDone` when it is whole. */
export const sendFile = (file: File, path: string, onDone: () => void): void => {
  const id = next++;
  const stop = new AbortController();
  stops.set(id, stop);
  set([...sendings, { id, name: file.name, path, size: file.size, sent: 0, state: 'sending', error: null }]);
  void follow(id, file, path, stop.signal).then((isDone) => isDone && onDone());
};

const follow = async (id: number, file: File, path: string, signal: AbortSignal): Promise<boolean> => {
  try {
    await transfer(id, file, path, signal);
    change(id, { state: 'done', sent: file.size });
    return true;
  } catch (error) {
    change(id, signal.aborted ? { state: 'stopped' } : { state: 'failed', error });
    return false;
  } finally {
    stops.delete(id);
  }
};

/** What has come stays at the service for a day, so that the same file goes on. */
export const stopSending = (id: number): void => stops.get(id)?.abort();

export const forgetSending = (id: number): void => set(sendings.filter((each) => each.id !== id));
