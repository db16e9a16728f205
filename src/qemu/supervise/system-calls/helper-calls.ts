import { constants } from 'node:os';
import type { CallName } from './call-numbers.ts';
import { type CallRule, filterProgram, type FilterProgram } from './filter-program.ts';

/**
 * What a helper has to do with sockets: nothing; it answers on a socket of files (AF_UNIX); it also connects to one; it also
 * mounts what it answers for (FUSE). Of networks none has any.
 */
export type SocketUse = 'none' | 'answers' | 'connects' | 'mounts';

const { EINVAL, ENOSYS, ENOTTY, EPERM } = constants.errno;

/** Used by qemu-img, the storage daemon, swtpm and Node: memory, threads, time, files that the process may open anyway. */
const FREE: readonly CallName[] = [
  ...(['futex', 'read', 'write', 'pread64', 'pwrite64', 'preadv', 'pwritev', 'preadv2', 'pwritev2'] as const),
  ...(['readv', 'writev', 'lseek', 'ppoll', 'poll', 'epoll_pwait', 'epoll_wait', 'epoll_ctl', 'recvmsg'] as const),
  ...(['sendmsg', 'rt_sigprocmask', 'mmap', 'munmap', 'mprotect', 'madvise', 'mremap', 'brk', 'close'] as const),
  ...(['openat', 'open', 'newfstatat', 'fstat', 'stat', 'lstat', 'statx', 'statfs', 'fstatfs', 'access'] as const),
  ...(['faccessat', 'faccessat2', 'getdents64', 'readlink', 'readlinkat', 'getcwd', 'chdir', 'umask'] as const),
  ...(['fsync', 'fdatasync', 'sync_file_range', 'fallocate', 'ftruncate', 'truncate', 'fadvise64'] as const),
  ...(['copy_file_range', 'sendfile', 'flock', 'rename', 'renameat', 'renameat2', 'unlink', 'unlinkat'] as const),
  ...(['link', 'mkdir', 'chmod', 'fchmod', 'fchmodat', 'utimensat', 'dup', 'dup2', 'dup3', 'pipe', 'pipe2'] as const),
  ...(['eventfd2', 'signalfd4', 'timerfd_create', 'timerfd_settime', 'epoll_create1', 'select', 'pselect6'] as const),
  ...(['rt_sigaction', 'rt_sigreturn', 'rt_sigpending', 'rt_sigsuspend', 'rt_sigtimedwait', 'sigaltstack'] as const),
  ...(['clock_gettime', 'clock_getres', 'clock_nanosleep', 'nanosleep', 'gettimeofday', 'time', 'times'] as const),
  ...(['restart_syscall', 'getrandom', 'getpid', 'getppid', 'getpgrp', 'gettid', 'getuid', 'geteuid'] as const),
  ...(['getgid', 'getegid', 'getrusage', 'capget', 'sysinfo', 'uname', 'arch_prctl', 'set_tid_address'] as const),
  ...(['set_robust_list', 'rseq', 'membarrier', 'mlock', 'munlock', 'mincore', 'sched_yield'] as const),
  ...(['sched_getaffinity', 'sched_getparam', 'sched_getscheduler', 'get_mempolicy', 'set_mempolicy'] as const),
  // Whoever puts a filter on himself can only have less: swtpm has one of its own.
  ...(['wait4', 'exit', 'exit_group', 'seccomp'] as const),
];

/** No program that works as it should calls these: one that does was taken over, and ends at once. */
const KILLED: readonly CallName[] = [
  ...(['fork', 'vfork', 'execveat', 'ptrace', 'process_vm_readv', 'process_vm_writev', 'process_madvise'] as const),
  ...(['pidfd_open', 'pidfd_getfd', 'pidfd_send_signal', 'mount', 'umount2', 'pivot_root', 'chroot'] as const),
  ...(['fsopen', 'fsconfig', 'fsmount', 'fspick', 'open_tree', 'move_mount', 'mount_setattr', 'setns'] as const),
  ...(['unshare', 'init_module', 'finit_module', 'delete_module', 'kexec_load', 'kexec_file_load'] as const),
  ...(['reboot', 'bpf', 'perf_event_open', 'userfaultfd', 'keyctl', 'add_key', 'request_key', 'swapon'] as const),
  ...(['swapoff', 'iopl', 'ioperm', 'acct', 'quotactl', 'settimeofday', 'clock_settime', 'personality'] as const),
  ...(['open_by_handle_at'] as const),
];

const CLONE_THREAD = 0x00010000;
const AF_UNIX = 1;
const SOCK_STREAM = 1;
/** Without SOCK_NONBLOCK and SOCK_CLOEXEC. */
const SOCKET_TYPE = 0xf;

/** What is let through for some arguments only. */
const RESTRICTED: readonly CallRule[] = [
  // Threads, no processes. clone3 has its flags in memory, where no filter sees them: it is not there, and libc takes this.
  { call: 'clone', when: [{ argument: 0, mask: CLONE_THREAD, oneOf: [CLONE_THREAD] }], otherwise: 'kill' },
  // Once: the loader gives the kernel the program's name at an address that is not to be had any more afterwards.
  {
    call: 'execve',
    when: [
      { argument: 0, oneOf: ['programLow'] },
      { argument: 0, word: 'high', oneOf: ['programHigh'] },
    ],
    otherwise: 'kill',
  },
  // The service may have the same user.
  { call: 'kill', when: [{ argument: 0, oneOf: ['ownProcess'] }], otherwise: 'kill' },
  { call: 'tgkill', when: [{ argument: 0, oneOf: ['ownProcess'] }], otherwise: 'kill' },
  { call: 'prlimit64', when: [{ argument: 0, oneOf: [0, 'ownProcess'] }], otherwise: EPERM },
  // All but F_SETOWN and F_SETSIG, by which the kernel signals others.
  {
    call: 'fcntl',
    when: [{ argument: 1, oneOf: [0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1031, 1032] }],
    otherwise: EINVAL,
  },
  // Terminals are asked whether they are one, descriptors told to wait or to be closed, files how they are laid out.
  {
    call: 'ioctl',
    when: [
      {
        argument: 1,
        oneOf: [
          // TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
          ...[0x5401, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451],
          // FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FS_IOC_FSGETXATTR, FS_IOC_FSSETXATTR, FS_IOC_FIEMAP
          ...[0x80086601, 0x40086602, 0x801c581f, 0x401c5820, 0xc020660b],
          // BLKGETSIZE64, BLKSSZGET, BLKPBSZGET: disks of the host
          ...[0x80081272, 0x1268, 0x127b],
        ],
      },
    ],
    otherwise: ENOTTY,
  },
  // PR_SET_DUMPABLE, PR_GET_DUMPABLE, PR_SET_NAME, PR_GET_NAME, PR_CAPBSET_READ, PR_SET_TIMERSLACK, PR_SET_NO_NEW_PRIVS, PR_SET_VMA
  {
    call: 'prctl',
    when: [{ argument: 0, oneOf: [3, 4, 15, 16, 23, 29, 38, 0x53564d41] }],
    otherwise: EINVAL,
  },
];

const always = (call: CallName): CallRule => ({ call, when: [], otherwise: 'kill' });

const unixStream = (call: 'socket' | 'socketpair'): CallRule => ({
  call,
  when: [
    { argument: 0, oneOf: [AF_UNIX] },
    { argument: 1, mask: SOCKET_TYPE, oneOf: [SOCK_STREAM] },
  ],
  otherwise: 'kill',
});

const ANSWERS: readonly CallRule[] = [
  ...(['bind', 'listen', 'accept', 'accept4', 'getsockname', 'getpeername', 'getsockopt'] as const).map(always),
  ...(['setsockopt', 'shutdown', 'recvfrom', 'sendto'] as const).map(always),
  unixStream('socket'),
  unixStream('socketpair'),
];

const SOCKETS: Readonly<Record<SocketUse, readonly CallRule[]>> = {
  none: [],
  answers: ANSWERS,
  connects: [...ANSWERS, always('connect')],
  mounts: [...ANSWERS, always('connect'), always('mount'), always('umount2')],
};

/** Where there are none, asking for one is as bad as asking for a process. */
const NO_SOCKETS: readonly CallName[] = ['socket', 'socketpair', 'connect', 'bind', 'listen'];
const MOUNTING: ReadonlySet<CallName> = new Set(['mount', 'umount2']);

const KILLED_BY_USE: Readonly<Record<SocketUse, readonly CallName[]>> = {
  none: [...KILLED, ...NO_SOCKETS],
  answers: [...KILLED, 'connect'],
  connects: KILLED,
  mounts: KILLED.filter((call) => !MOUNTING.has(call)),
};

/**
 * What a helper may ask of the kernel. Calls that are named nowhere do not exist for it (ENOSYS): libraries that try new
 * ones take the older ones then, and io_uring, by which files are reached past every filter, is one of these.
 */
export const helperFilter = (use: SocketUse): FilterProgram =>
  filterProgram([...FREE.map(always), ...RESTRICTED, ...SOCKETS[use]], KILLED_BY_USE[use], ENOSYS);
