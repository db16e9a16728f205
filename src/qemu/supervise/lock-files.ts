import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { DomainError } from '../../core/errors.ts';
import { openResolved } from '../../core/paths/open.ts';
import { TOOL_PATH } from './run-command.ts';
import { cannotStart } from './shortage.ts';

/**
 * QEMU's image locking (block/file-posix.c): byte 100 + n of a file is locked by who uses permission n, byte 200 + n by who
 * suffers no other with it. Read consistently (0), and let nobody write (1) or resize (3) meanwhile.
 */
const LOCKED_BYTES = [100, 201, 203] as const;
/** Locked by somebody else: he writes, resizes, or suffers no reader. */
const FORBIDDEN_BYTES = [101, 103, 200] as const;

interface LockKind {
  readonly locked: readonly number[];
  readonly forbidden: readonly number[];
  /** What somebody else does who stands in the way. */
  readonly taken: string;
}

const READING: LockKind = { locked: LOCKED_BYTES, forbidden: FORBIDDEN_BYTES, taken: ' that writes to it' };
/** Reads, writes and resizes, and lets others only read, as QEMU has a disk that its guest writes to. */
const WRITING: LockKind = {
  locked: [100, 101, 103, 201, 203],
  forbidden: [101, 103, 200, 201, 203],
  taken: '',
};
/** Reads, writes, resizes, and suffers none who does. */
const ALL_BYTES = [100, 101, 103, 200, 201, 203] as const;
const ALONE: LockKind = { locked: ALL_BYTES, forbidden: ALL_BYTES, taken: '' };

/**
 * Node has no call for locks of open files, and Perl is there on every Debian. The locks belong to the open files, so they
 * stay when this program ends, as long as anybody has one of these descriptors. Prints the number of a file that is taken.
 */
const PROGRAM = `
use strict;
my ($get, $set, $read, $write) = (36, 37, 0, 1);
my ($files, $locked, $forbidden) = @ARGV;
sub range { pack 's s x![q] q q l x![q]', $_[0], 0, $_[1], 1, 0 }
sub taken { print $_[0]; exit 3 }
for my $n (0 .. $files - 1) {
  open(my $file, '<&=', 3 + $n) or die $!;
  for my $byte (split /,/, $locked) {
    next if fcntl($file, $set, range($read, $byte));
    $!{EAGAIN} || $!{EACCES} ? taken($n) : die $!;
  }
  for my $byte (split /,/, $forbidden) {
    my $range = range($write, $byte);
    fcntl($file, $get, $range) or die $!;
    taken($n) if (unpack 's', $range) != 2;
  }
}
`;

const LIMIT_MS = 20_000;

/**
 * Locks files of a chain against whoever would write to them, until the last descriptor of each is closed. `names` are for
 * messages. @throws DomainError fileInUse when somebody writes to one
 */
export const lockForReading = (files: readonly FileHandle[], names: readonly string[]): Promise<void> =>
  lock(files, names, READING);

/** The same for what is written to, against all who write to it or count on it to stay. @throws DomainError fileInUse */
export const lockForWriting = (files: readonly FileHandle[], names: readonly string[]): Promise<void> =>
  lock(files, names, WRITING);

/** Descriptors that one program is given; a chain has 64 files at most, and an export holds those of many. */
const AT_ONCE = 64;

/** Open files with a lock that was not let go: a file that nobody refers to would be closed when memory is short. */
const HELD = new Set<FileHandle>();

/**
 * Opens files and locks them, until disposed: against whoever would write to them, or with `alone` against whoever has them
 * open (ImageTool.hold). Resolved Linux paths, each once. @throws DomainError fileInUse
 */
export const holdFiles = async (names: readonly string[], use: 'read' | 'alone'): Promise<AsyncDisposable> => {
  const handles: FileHandle[] = [];
  const held: AsyncDisposable = {
    [Symbol.asyncDispose]: async () => {
      for (const handle of handles) HELD.delete(handle);
      await Promise.all(handles.map((handle) => handle.close()));
    },
  };
  try {
    for (const name of names)
      handles.push(await openResolved({ text: name, file: name, exists: true }, constants.O_RDONLY));
    for (const handle of handles) HELD.add(handle);
    const kind = use === 'read' ? READING : ALONE;
    for (let at = 0; at < handles.length; at += AT_ONCE)
      await lock(handles.slice(at, at + AT_ONCE), names.slice(at, at + AT_ONCE), kind);
    return held;
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
};

const lock = async (
  files: readonly FileHandle[],
  names: readonly string[],
  { locked, forbidden, taken }: LockKind,
): Promise<void> => {
  if (files.length === 0) return;
  let [said, complaint] = ['', ''];
  let code: number | null;
  try {
    const child: ChildProcess = spawn('perl', ['-e', PROGRAM, String(files.length), locked.join(), forbidden.join()], {
      stdio: ['ignore', 'pipe', 'pipe', ...files.map(({ fd }) => fd)],
      env: { PATH: TOOL_PATH, LC_ALL: 'C' },
      timeout: LIMIT_MS,
    });
    child.stdout?.on('data', (text: Buffer) => (said += text.toString()));
    child.stderr?.on('data', (text: Buffer) => (complaint += text.toString().slice(0, 2000)));
    [code] = (await once(child, 'close')) as [number | null];
  } catch (cause) {
    throw cannotStart('perl', cause);
  }
  if (code === 0) return;
  const name = names[Number(said)];
  if (code === 3 && name !== undefined)
    throw new DomainError(
      'fileInUse',
      `The disk ${name} is in use by another machine or program${taken}. Detach it there first.`,
      { hresult: '0x80070020' },
    );
  throw new DomainError('failed', 'The files of a disk cannot be locked on this host.', {
    cause: new Error(complaint),
  });
};
