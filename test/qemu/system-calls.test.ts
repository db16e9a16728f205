import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { CALL_NUMBERS, type CallName } from '../../src/qemu/supervise/system-calls/call-numbers.ts';
import { filterProgram } from '../../src/qemu/supervise/system-calls/filter-program.ts';
import { helperFilter, type SocketUse } from '../../src/qemu/supervise/system-calls/helper-calls.ts';
import { filterPrefix } from '../../src/qemu/supervise/system-calls/load-filter.ts';

/*
 * The filter of system calls that helpers have (hardening 14), from outside: programs that ask for what it refuses.
 */

const directory = mkdtempSync(join(tmpdir(), 'vsms-calls-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const USES: readonly SocketUse[] = ['none', 'answers', 'connects', 'mounts'];
/** Of what no other helper does. */
const MOUNTING: ReadonlySet<CallName> = new Set(['mount', 'umount2']);

const under = async (use: SocketUse, words: readonly string[]): Promise<ReturnType<typeof spawnSync>> => {
  const prefix = await filterPrefix(use);
  assert.ok(prefix.length > 0, 'the kernel takes filters');
  return spawnSync('setpriv', ['--no-new-privs', '--', ...prefix, ...words], { cwd: directory, encoding: 'utf8' });
};

/** A program that makes one call and says how that went; it is killed, or prints the error's number, 0 for none. */
const calling = (call: CallName, args = ''): readonly string[] => [
  'perl',
  '-e',
  `$r = syscall(${CALL_NUMBERS[call]}${args}); print $r == -1 ? $! + 0 : 0`,
];

/** Every call that no helper makes, with arguments with which it would do no harm. */
const KILLED: readonly (readonly [call: CallName, args: string])[] = [
  ['ptrace', ', 0, 0, 0, 0'],
  ['mount', ', 0, 0, 0, 0, 0'],
  ['umount2', ', 0, 0'],
  ['pivot_root', ', 0, 0'],
  ['chroot', ', 0'],
  ['setns', ', -1, 0'],
  ['unshare', ', 0'],
  ['bpf', ', 0, 0, 0'],
  ['userfaultfd', ', -1'],
  ['perf_event_open', ', 0, 0, 0, 0, 0'],
  ['process_vm_readv', ', 0, 0, 0, 0, 0, 0'],
  ['process_vm_writev', ', 0, 0, 0, 0, 0, 0'],
  ['keyctl', ', -1'],
  ['finit_module', ', -1, 0, 0'],
  ['kexec_load', ', 0, 0, 0, -1'],
  ['open_by_handle_at', ', -1, 0, 0'],
  ['pidfd_open', ', 1, 0'],
  ['fork', ''],
  ['vfork', ''],
  // A process, not a thread.
  ['clone', ', 17, 0, 0, 0, 0'],
  ['execveat', ', -100, 0, 0, 0, 0'],
  // Somebody else: the test that started it, and a signal that is none.
  ['kill', ', getppid(), 0'],
  ['tgkill', ', getppid(), getppid(), 0'],
];

describe('14: the filter of system calls', () => {
  test('numbers are those of the kernel', () => {
    const header = readFileSync('/usr/include/x86_64-linux-gnu/asm/unistd_64.h', 'latin1');
    const told = new Map([...header.matchAll(/#define __NR_(\w+) (\d+)/g)].map(([, name, n]) => [name, Number(n)]));
    for (const [name, number] of Object.entries(CALL_NUMBERS)) assert.equal(number, told.get(name), name);
  });

  test('the program has the words that the kernel knows', () => {
    // Each row: code, jumps, constant (linux/filter.h).
    const { instructions, blanks } = filterProgram(
      [
        { call: 'read', when: [], otherwise: 'kill' },
        { call: 'kill', when: [{ argument: 0, mask: 0xff, oneOf: [5, 'ownProcess'] }], otherwise: 1 },
      ],
      ['mount'],
      38,
    );
    const rows = Array.from({ length: instructions.length / 8 }, (_, i) => {
      const at = instructions.subarray(8 * i);
      return [at.readUInt16LE(0), at[2], at[3], at.readUInt32LE(4)];
    });
    assert.deepEqual(rows, [
      [0x20, 0, 0, 4],
      [0x15, 1, 0, 0xc000003e],
      [0x06, 0, 0, 0x80000000],
      [0x20, 0, 0, 0],
      [0x35, 0, 1, 0x40000000],
      [0x06, 0, 0, 0x80000000],
      [0x15, 0, 1, 0],
      [0x06, 0, 0, 0x7fff0000],
      [0x15, 0, 6, 62],
      [0x20, 0, 0, 16],
      [0x54, 0, 0, 0xff],
      [0x15, 1, 0, 5],
      [0x15, 0, 1, 0],
      [0x06, 0, 0, 0x7fff0000],
      [0x06, 0, 0, 0x50001],
      [0x15, 0, 1, 165],
      [0x06, 0, 0, 0x80000000],
      [0x06, 0, 0, 0x50026],
    ]);
    assert.deepEqual(blanks, [{ blank: 'ownProcess', at: 12 }]);
  });

  test('no call is both let through and refused, and none stands twice', () => {
    for (const use of USES) {
      const { instructions } = helperFilter(use);
      const seen = new Set<number>();
      // Numbers are compared outside of blocks only: a block is left out by its first instruction.
      for (let at = 6; at < instructions.length / 8 - 1; ) {
        const number = instructions.readUInt32LE(8 * at + 4);
        assert.ok(!seen.has(number), `${use}: ${number}`);
        seen.add(number);
        at += 1 + (instructions[8 * at + 3] ?? 0);
      }
      assert.ok(seen.size > 100);
    }
  });

  test('a program under it works, has it, and has no way out of it', async () => {
    const status = join(directory, 'status');
    const script = `open F, '/proc/self/status'; open G, '>', '${status}'; print G <F>; print "@ARGV|$ENV{GIVEN}"; exit 7`;
    const { status: code, stdout } = await under('none', ['env', 'GIVEN=1', 'perl', '-e', script]);
    // env(1) would have to start a program.
    assert.equal(code, null);
    assert.equal(stdout, '');
    const ran = await under('none', ['perl', '-e', script, '--', 'a b', '', "c'd"]);
    assert.equal(ran.stdout, "a b  c'd|");
    assert.equal(ran.status, 7, 'its own code');
    const fields = Object.fromEntries(
      readFileSync(status, 'utf8')
        .split('\n')
        .map((line) => line.split(':\t')),
    );
    assert.equal(fields['Seccomp'], '2');
    assert.equal(fields['NoNewPrivs'], '1');
  });

  for (const [call, args] of KILLED) {
    test(`${call} ends it`, async () => {
      for (const use of USES) {
        const { signal, stdout } = await under(use, calling(call, args));
        if (use === 'mounts' && MOUNTING.has(call)) {
          assert.equal(stdout, '14', 'EFAULT: the kernel looked at it');
          continue;
        }
        assert.equal(signal, 'SIGSYS', use);
        assert.equal(stdout, '');
      }
    });
  }

  test('no other program is started, not even the same one again', async () => {
    for (const use of USES) {
      assert.equal((await under(use, ['perl', '-e', 'exec "/bin/true"'])).signal, 'SIGSYS');
      assert.equal((await under(use, ['perl', '-e', 'exec "/usr/bin/perl", "-e", 1'])).signal, 'SIGSYS');
      assert.equal((await under(use, ['sh', '-c', 'true; /bin/true; echo went on'])).signal, 'SIGSYS');
    }
  });

  test('sockets: of files only, only for whoever answers on one, and to connect for whoever must', async () => {
    const socket = (family: number, type: number): readonly string[] => calling('socket', `, ${family}, ${type}, 0`);
    const [unix, ip, netlink, stream, datagram, closed] = [1, 2, 16, 1, 2, 0x80000];
    for (const use of USES) {
      for (const [family, type] of [
        [ip, stream],
        [ip, datagram],
        [netlink, datagram],
        [unix, datagram],
      ] as const)
        assert.equal((await under(use, socket(family, type))).signal, 'SIGSYS', `${use} ${family} ${type}`);
      const made = await under(use, socket(unix, stream | closed));
      if (use === 'none') assert.equal(made.signal, 'SIGSYS');
      else assert.equal(made.stdout, '0');
      const connected = await under(use, calling('connect', ', 99, 0, 0'));
      if (use === 'connects' || use === 'mounts') assert.equal(connected.stdout, '9', 'EBADF: the kernel looked at it');
      else assert.equal(connected.signal, 'SIGSYS');
    }
  });

  test('what it does not know is not there; what is restricted fails with an error', async () => {
    const [ENOSYS, EINVAL, ENOTTY, EPERM] = ['38', '22', '25', '1'];
    const cases: readonly (readonly [string, readonly string[]])[] = [
      // clone3, io_uring_setup, a number that no kernel has
      [ENOSYS, ['perl', '-e', 'print syscall(435, 0, 0) == -1 ? $! + 0 : 0']],
      [ENOSYS, ['perl', '-e', 'print syscall(425, 1, 0) == -1 ? $! + 0 : 0']],
      [ENOSYS, ['perl', '-e', 'print syscall(9999) == -1 ? $! + 0 : 0']],
      // F_SETOWN, F_SETSIG; FIOSETOWN, TIOCSTI
      [EINVAL, calling('fcntl', ', 0, 8, 1')],
      [EINVAL, calling('fcntl', ', 0, 10, 9')],
      [ENOTTY, calling('ioctl', ', 0, 0x8901, 0')],
      [ENOTTY, calling('ioctl', ', 0, 0x5412, 0')],
      // PR_SET_PTRACER; limits of somebody else
      [EINVAL, calling('prctl', ', 0x59616d61, 1, 0, 0, 0')],
      [EPERM, calling('prlimit64', ', getppid(), 7, 0, 0')],
    ];
    for (const [error, words] of cases) {
      for (const use of USES) assert.equal((await under(use, words)).stdout, error, words.join(' '));
    }
  });

  test('calls of 32 bits and of x32 end it', async () => {
    const { signal } = await under('connects', ['perl', '-e', 'syscall(0x40000000 + 39); print "went on"']);
    assert.equal(signal, 'SIGSYS');
  });

  test('signals to itself are let through', async () => {
    assert.equal((await under('none', ['perl', '-e', 'kill "TERM", $$; sleep 9'])).signal, 'SIGTERM');
  });

  test('a program that is not there is told, and nothing is run', async () => {
    const { status, stderr } = await under('none', ['no-such-program']);
    assert.notEqual(status, 0);
    assert.match(String(stderr), /no-such-program is not there/);
  });
});
