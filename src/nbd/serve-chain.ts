/**
 * Serves one chain of differencing disks, as export `disk`, until it is told to end (SIGTERM). A program of its own, so that
 * it outlives the service, as the machine does that reads the disk.
 *
 *     node serve-chain.ts --socket PATH --pid-file PATH --format vhd|vhdx [--writable [--journal PATH]] --file NAME...
 *
 * The files are given open from descriptor 3 on, the youngest first; their names are for messages only. So it needs no right
 * to any folder, and can reach nothing but these files. All are open read-only, but with `--writable` (VHDX) the youngest: what
 * is written goes there. What is answered and not flushed is in this program's memory in part: one that dies takes it with it,
 * unless the journal keeps it for the next one, which goes on from there.
 */
import { rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { type DiskFile, openChain, type ResolveParent } from '../vhd/chain/chain.ts';
import { inheritedFile } from './inherited-file.ts';
import { NbdServer } from './server.ts';

const FIRST_DESCRIPTOR = 3;
/** QEMU has one; a second one for the time in which it connects anew, and others for whoever looks at the disk. */
const CONNECTIONS = 4;
const REPLY_BYTES = 32 * 1024 * 1024;
/** A guest that reads a damaged place again and again must not fill the log. */
const MOST_FAILURES_TOLD = 100;

const { values } = parseArgs({
  options: {
    socket: { type: 'string' },
    'pid-file': { type: 'string' },
    format: { type: 'string' },
    writable: { type: 'boolean', default: false },
    journal: { type: 'string' },
    file: { type: 'string', multiple: true },
  },
});

const required = (value: string | undefined, name: string): string => {
  if (value === undefined) throw new Error(`--${name} is missing`);
  return value;
};

const formatNamed = (name: string): 'vhd' | 'vhdx' => {
  if (name === 'vhd' || name === 'vhdx') return name;
  throw new Error(`no chains are of the format ${name}`);
};

let failures = 0;
const tellFailure = (error: unknown): void => {
  failures++;
  if (failures <= MOST_FAILURES_TOLD) console.error(`a request failed: ${(error as Error).message}`);
};

const serve = async (): Promise<void> => {
  const socket = required(values.socket, 'socket');
  const pidFile = required(values['pid-file'], 'pid-file');
  const format = formatNamed(required(values.format, 'format'));
  const files = (values.file ?? []).map(
    (file, index): DiskFile => ({ file, format, open: async () => inheritedFile(FIRST_DESCRIPTOR + index) }),
  );
  const [leaf, ...parents] = files;
  if (leaf === undefined) throw new Error('--file is missing');
  // Each is the parent of the one before; whether it is, its identity tells.
  const next: ResolveParent = async (_parent, child) => {
    const parent = parents[files.findIndex(({ file }) => file === child)];
    return parent === undefined ? [] : [parent];
  };
  // The service has looked through the tables; each entry is tested again when it is used.
  const { source, sink, notes } = await openChain(leaf, next, {
    maxDepth: files.length,
    mode: 'waiting',
    checkTables: false,
    writable: values.writable,
    ...(values.journal === undefined ? {} : { journal: values.journal }),
  });
  for (const { message } of notes) console.error(message);
  const server = await NbdServer.listen({
    path: socket,
    exports: [{ name: 'disk', source, sink }],
    limits: { connections: CONNECTIONS, replyBytes: REPLY_BYTES },
    failed: tellFailure,
  });
  process.once('SIGTERM', () => {
    void server
      .close()
      .then(() => sink?.flush())
      .then(() => source.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          tellFailure(error);
          process.exit(1);
        },
      );
  });
  // Whoever sees the pid file may connect; it is never seen half-written.
  await writeFile(`${pidFile}.new`, `${process.pid}\n`);
  await rename(`${pidFile}.new`, pidFile);
};

serve().catch((error: unknown) => {
  const name = basename(values.file?.[0] ?? '');
  console.error(`${name} cannot be served: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
