import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, copyFile, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { COMMAND, ERROR } from '../../src/nbd/protocol.ts';
import { contentOf, create, type DiskKind, fileEnding, KINDS, scribble, seeded } from './disks.ts';
import { withDirectory } from './fixtures.ts';
import { damage, VHD_MUTATIONS, VHDX_MUTATIONS } from './mutations.ts';
import { NbdClient } from '../nbd/client.ts';
import { FUZZ_SEED } from '../kit/fuzz.ts';

const run = promisify(execFile);
const MIB = 1024 * 1024;
const SIZE = 4 * MIB;
const DAMAGED = 100;
const PROGRAM = join(import.meta.dirname, '../../src/nbd/serve-chain.ts');

interface Served {
  readonly child: ChildProcess;
  readonly socket: string;
  /** Code and signal, and what it said, when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly text: string }>;
}

/** The program as the service starts it: the files are given open. */
const serve = async (
  directory: string,
  format: string,
  files: readonly string[],
  writable = false,
): Promise<Served> => {
  const socket = join(directory, 's.sock');
  for (const file of [socket, join(directory, 's.pid')]) await rm(file, { force: true });
  const handles = await Promise.all(files.map((file, i) => open(file, writable && i === 0 ? 'r+' : 'r')));
  const named = files.flatMap((file) => ['--file', file]);
  const child = spawn(
    process.execPath,
    [
      '--max-old-space-size=96',
      PROGRAM,
      '--socket',
      socket,
      '--pid-file',
      join(directory, 's.pid'),
      '--format',
      format,
      ...(writable ? ['--writable'] : []),
      ...named,
    ],
    { stdio: ['ignore', 'ignore', 'pipe', ...handles.map(({ fd }) => fd)] },
  );
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, text }));
  await Promise.all(handles.map((handle) => handle.close()));
  return { child, socket, ended };
};

/** False: it has ended instead. */
const ready = async (directory: string, { child }: Served): Promise<boolean> => {
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const stands = await access(join(directory, 's.pid')).then(
      () => true,
      () => false,
    );
    if (stands) return true;
    await sleep(5);
  }
};

/** Each answer is the data or an error of the protocol; nothing is left unanswered. */
const readAround = async (socket: string): Promise<number> => {
  const client = await NbdClient.greeted(socket);
  await client.go('disk');
  let refused = 0;
  for (let at = 0; at < SIZE; at += MIB / 2) {
    client.request(COMMAND.read, at, 65_536);
    const { error } = await client.simpleReply(65_536);
    assert.ok(error === 0 || error === ERROR.io || error === ERROR.invalid, `error ${error} at ${at}`);
    if (error !== 0) refused++;
  }
  client.close();
  return refused;
};

/** With the place of the damage, or with the two identities where the file is whole and another one. */
const TELLS = /at offset \d+|is not the parent of .* as it was|of the file of \d+ bytes|does not tell which disk/;

describe(`hardening 12 the chain server and ${DAMAGED} damaged chains of each kind`, { concurrency: 2 }, () => {
  for (const [kind, mutations] of [
    [KINDS[0] as DiskKind, VHD_MUTATIONS],
    [KINDS[1] as DiskKind, VHDX_MUTATIONS],
  ] as const)
    test(`${kind.format}: served, or refused with the place; never a crash`, () =>
      withDirectory(async (directory) => {
        const random = seeded(FUZZ_SEED + kind.name.length);
        const [base, leaf] = [false, true].map((child) => join(directory, `good.${fileEnding(kind, child)}`)) as [
          string,
          string,
        ];
        for (const [file, parent] of [
          [base, null],
          [leaf, base],
        ] as const) {
          const writer = await create(kind, file, SIZE, 'dynamic', parent);
          await scribble(writer, Buffer.alloc(SIZE), random, 6);
          await writer.close();
        }
        let refused = 0;
        for (let i = 0; i < DAMAGED; i++) {
          const files = [join(directory, `bad.${fileEnding(kind, true)}`), join(directory, `bad.${kind.format}`)];
          await copyFile(leaf, files[0] ?? '');
          await copyFile(base, files[1] ?? '');
          await damage(files[random(2)] ?? '', mutations, random);
          const served = await serve(directory, kind.format, files);
          const stands = await ready(directory, served);
          const failed = stands ? await readAround(served.socket) : 1;
          if (stands) served.child.kill('SIGTERM');
          const { code, signal, text } = await served.ended;
          const which = `mutation ${i}, VSMS_FUZZ_SEED=${FUZZ_SEED}`;
          assert.equal(signal, null, `${which}: ${text}`);
          assert.equal(code, stands ? 0 : 1, `${which}: ${text}`);
          if (failed === 0) continue;
          refused++;
          assert.match(text, TELLS, which);
          assert.doesNotMatch(text, /^\s+at /m, `${which}: no stack, but a reason`);
        }
        assert.ok(refused > 0, 'some of the damage was seen');
      }));
});

/** One QEMU that connects, does this, and goes. */
const qemuIo = async (socket: string, ...commands: readonly string[]): Promise<void> => {
  const image = `driver=nbd,server.type=unix,server.path=${socket},export=disk`;
  const { stdout } = await run('qemu-io', ['--image-opts', image, ...commands.flatMap((each) => ['-c', each])]);
  assert.doesNotMatch(stdout, /rror|failed/, stdout);
};

describe('the chain server writes into the youngest file', () => {
  for (const kind of [KINDS[1], KINDS[2]] as DiskKind[])
    test(`${kind.name}: as QEMU writes it; what was flushed outlives the server, its parents stay`, () =>
      withDirectory(async (directory) => {
        const model = Buffer.alloc(SIZE);
        const random = seeded(300);
        const [leaf, middle, base] = ['c.avhdx', 'b.avhdx', 'a.vhdx'].map((name) => join(directory, name)) as [
          string,
          string,
          string,
        ];
        for (const [file, parent] of [
          [base, null],
          [middle, base],
          [leaf, middle],
        ] as const) {
          const writer = await create(kind, file, SIZE, 'dynamic', parent);
          await scribble(writer, model, random, 5);
          await writer.close();
        }
        const untouched = await Promise.all([readFile(middle), readFile(base)]);
        const files = [leaf, middle, base];
        {
          const served = await serve(directory, 'vhdx', files, true);
          assert.ok(await ready(directory, served));
          await qemuIo(
            served.socket,
            'write -P 0x11 0 64k',
            // A QEMU of sectors reads, changes and writes the rest of them.
            'write -P 0x22 100001 7',
            'write -z 1M 1M',
            'write -z 2100k 4k',
            'writev -P 0x33 3M 4k 8k',
            'write -f -P 0x44 2200k 12k',
            'flush',
          );
          served.child.kill('SIGKILL');
          await served.ended;
        }
        model
          .fill(0x11, 0, 65_536)
          .fill(0x22, 100_001, 100_008)
          .fill(0, MIB, 2 * MIB);
        model.fill(0, 2100 * 1024, 2104 * 1024).fill(0x33, 3 * MIB, 3 * MIB + 12_288);
        model.fill(0x44, 2200 * 1024, 2212 * 1024);
        assert.ok(model.equals(await contentOf(leaf)), 'after it was killed');
        {
          const served = await serve(directory, 'vhdx', files, true);
          assert.ok(await ready(directory, served));
          await qemuIo(served.socket, 'read -P 0x33 3M 12k', 'write -P 0x55 512k 1M');
          served.child.kill('SIGTERM');
          assert.deepEqual(await served.ended, { code: 0, signal: null, text: '' });
        }
        model.fill(0x55, 512 * 1024, 1536 * 1024);
        assert.ok(model.equals(await contentOf(leaf)), 'after it was told to end');
        assert.deepEqual(await Promise.all([readFile(middle), readFile(base)]), untouched);
      }));

  test('a VHD is not taken', () =>
    withDirectory(async (directory) => {
      const vhd = KINDS[0] as DiskKind;
      const [base, leaf] = [join(directory, 'a.vhd'), join(directory, 'b.avhd')] as const;
      await (await create(vhd, base, SIZE, 'dynamic')).close();
      await (await create(vhd, leaf, SIZE, 'dynamic', base)).close();
      const served = await serve(directory, 'vhd', [leaf, base], true);
      assert.equal(await ready(directory, served), false);
      assert.match((await served.ended).text, /b\.avhd cannot be served: Only a VHDX is written where it lies\./);
    }));
});
