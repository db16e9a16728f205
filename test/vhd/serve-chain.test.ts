import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, copyFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMMAND, ERROR } from '../../src/nbd/protocol.ts';
import { create, type DiskKind, fileEnding, KINDS, scribble, seeded } from './disks.ts';
import { withDirectory } from './fixtures.ts';
import { damage, VHD_MUTATIONS, VHDX_MUTATIONS } from './mutations.ts';
import { NbdClient } from '../nbd/client.ts';
import { FUZZ_SEED } from '../kit/fuzz.ts';

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
const serve = async (directory: string, format: string, files: readonly string[]): Promise<Served> => {
  const socket = join(directory, 's.sock');
  for (const file of [socket, join(directory, 's.pid')]) await rm(file, { force: true });
  const handles = await Promise.all(files.map((file) => open(file, 'r')));
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
