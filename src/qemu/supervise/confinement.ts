import { runCommand } from './run-command.ts';
import { triedOnce } from './shortage.ts';
import { filterPrefix } from './system-calls/load-filter.ts';
import type { SocketUse } from './system-calls/helper-calls.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

/** What a helper may take from the host; the kernel keeps these bounds (prlimit(1)). Null: none of that kind. */
export interface Bounds {
  readonly cpuSeconds: number | null;
  /** All that is mapped, in bytes. Not for Node, which reserves much more than it ever uses. */
  readonly addressSpace: number | null;
  /** What may be written to in memory, in bytes. */
  readonly data: number | null;
  readonly openFiles: number;
  /** Largest file that it writes, in bytes. */
  readonly fileSize: number | null;
  readonly sockets: SocketUse;
}

/**
 * Programs that work for the service on what others made (hardening 14). QEMU itself is none: it has its own sandbox.
 * Figures were measured: docs/security.md, "Helpers".
 */
export const HELPERS = {
  /** qemu-img where it reads or writes a header, and no chain. */
  header: { cpuSeconds: 30, addressSpace: GIB, data: null, openFiles: 64, fileSize: null, sockets: 'none' },
  /**
   * qemu-img and the storage daemon where they copy. Their processor time depends on what there is to copy; their address
   * space on the chain, of which they map 90 MiB an image: of 50 checkpoints that is 4.6 GiB, nearly all of it untouched.
   */
  copy: { cpuSeconds: null, addressSpace: 8 * GIB, data: null, openFiles: 1024, fileSize: null, sockets: 'none' },
  /** A storage daemon as long as a machine has the disk. */
  disk: { cpuSeconds: null, addressSpace: 4 * GIB, data: null, openFiles: 256, fileSize: null, sockets: 'answers' },
  /** The same where it answers for overlays, and what lies below may be served by others. */
  overlays: {
    cpuSeconds: null,
    addressSpace: 8 * GIB,
    data: null,
    openFiles: 1024,
    fileSize: null,
    sockets: 'connects',
  },
  /** A storage daemon that shows a disk that another one serves as a file; it opens no file of a client. */
  shownDisk: { cpuSeconds: null, addressSpace: 4 * GIB, data: null, openFiles: 64, fileSize: MIB, sockets: 'mounts' },
  /** Our own reader of chains, in Node, as long as a machine has the disk: it writes nothing but its log and its pid file. */
  chain: {
    cpuSeconds: null,
    addressSpace: null,
    data: 2 * GIB,
    openFiles: 256,
    fileSize: 16 * MIB,
    sockets: 'answers',
  },
  /** The same where it writes into the youngest file, which may be as large as its disk. */
  writtenChain: {
    cpuSeconds: null,
    addressSpace: null,
    data: 2 * GIB,
    openFiles: 256,
    fileSize: null,
    sockets: 'answers',
  },
  /** swtpm as long as its machine: its state is some dozen KiB. */
  tpm: { cpuSeconds: null, addressSpace: GIB, data: null, openFiles: 64, fileSize: 16 * MIB, sockets: 'answers' },
} as const satisfies Readonly<Record<string, Bounds>>;

/** First a signal that tells the cause, then one that nothing withstands. */
const GRACE_SECONDS = 5;
const CPU_BASE_SECONDS = 60;
/** Of compressed clusters a processor writes out far more in a second, of plain ones a hundred times as much. */
const COPIED_BYTES_PER_CPU_SECOND = 4 * MIB;
/** Of tables: where there is nothing, a step of a walk through them is that of a whole table. */
const WALKED_BYTES_PER_CPU_SECOND = 64 * GIB;
const TIME_BASE_MS = 3_600_000;
/** Slower than that a copy does not go on any more: it hangs. */
const LEAST_BYTES_PER_MS = 1024;
/** A timer of Node that is longer ends at once; it is 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Work that is as long as its disks are large: bytes that the files hold, and the size of the disk. */
export interface CopySize {
  readonly stored: number;
  readonly virtual: number;
}

export const copyBounds = ({ stored, virtual }: CopySize): Bounds => ({
  ...HELPERS.copy,
  cpuSeconds: Math.ceil(
    CPU_BASE_SECONDS + stored / COPIED_BYTES_PER_CPU_SECOND + virtual / WALKED_BYTES_PER_CPU_SECOND,
  ),
});

/** After this time, in milliseconds, a copy is ended as one that hangs. */
export const copyTimeMs = ({ stored }: CopySize): number =>
  Math.min(LONGEST_TIMER_MS, Math.ceil(TIME_BASE_MS + stored / LEAST_BYTES_PER_MS));

/** The words that put the bounds on the program that follows them; its number stays that of the process. */
export const boundsPrefix = async (bounds: Bounds): Promise<readonly string[]> => [
  ...limitsPrefix(bounds),
  // Last: what a helper may ask for is less than what these words need.
  ...(await filterPrefix(bounds.sockets)),
];

const limitsPrefix = ({ cpuSeconds, addressSpace, data, openFiles, fileSize }: Bounds): readonly string[] => [
  'prlimit',
  '--core=0',
  `--nofile=${openFiles}`,
  ...(cpuSeconds === null ? [] : [`--cpu=${cpuSeconds}:${cpuSeconds + GRACE_SECONDS}`]),
  ...(addressSpace === null ? [] : [`--as=${addressSpace}`]),
  ...(data === null ? [] : [`--data=${data}`]),
  ...(fileSize === null ? [] : [`--fsize=${fileSize}`]),
  '--',
];

/**
 * No network, and mounts that nobody else sees, where the kernel lets us: root always may but in some containers, others
 * where they may make a user namespace. Mounts that the host takes away go here too.
 */
const ISOLATIONS: Readonly<Record<'root' | 'user', readonly string[]>> = {
  root: ['unshare', '--net', '--mount', '--propagation', 'slave', '--'],
  user: ['unshare', '--user', '--map-current-user', '--net', '--mount', '--propagation', 'slave', '--'],
};

/** Root without root's rights: it works on files whoever owns them, and that is all. */
const LEAST_RIGHTS: readonly string[] = [
  'setpriv',
  '--inh-caps=-all',
  '--bounding-set=-all,+dac_override',
  '--no-new-privs',
  '--',
];

const isRoot = (): boolean => process.getuid?.() === 0;

const isolate = async (): Promise<readonly string[]> => {
  const prefix = ISOLATIONS[isRoot() ? 'root' : 'user'];
  const [command = '', ...words] = prefix;
  await runCommand(command, [...words, 'true']);
  return prefix;
};

/** Empty: this host lets us not, and helpers see the network of the service. Rejects with DomainError when it cannot be told now. */
export const isolationPrefix = triedOnce(isolate, []);

/** What this host does not let us put around a helper, for people; empty: nothing. */
export const missingConfinement = async (): Promise<readonly string[]> => [
  ...((await isolationPrefix()).length > 0 ? [] : ['no network and mounts of their own (namespaces are refused here)']),
  ...((await filterPrefix('none')).length > 0
    ? []
    : ['no filter of system calls (it needs perl, and a kernel for x86-64 with seccomp)']),
];

/** For a helper that has the service's own user: no right that its work does not need, and no way to get one. */
export const ownUserPrefix = (): readonly string[] => (isRoot() ? LEAST_RIGHTS : ['setpriv', '--no-new-privs', '--']);

/**
 * It mounts, in a namespace that nobody else sees: the right to that is worth nothing outside of its own user namespace, where the
 * service's user is the only one. Before its filter, which lets it mount and has to be one of those that do.
 */
export const MOUNTS_ALONE: readonly string[] = [
  ...['unshare', '--user', '--map-root-user', '--net', '--mount', '--propagation', 'slave', '--'],
  ...['setpriv', '--inh-caps=-all', '--bounding-set=-all,+sys_admin', '--no-new-privs', '--'],
];

/** It ends with the service, however that ends. After whatever changes the user: that takes it off again. */
export const ENDS_WITH_SERVICE: readonly string[] = ['setpriv', '--pdeathsig', 'KILL', '--'];
