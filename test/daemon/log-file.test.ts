import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogFile } from '../../src/daemon/log-file.ts';
import { Service } from '../kit/service.ts';

test('25 a full disk below the log: the service answers, goes on, and ends when it is told to', async () => {
  await using service = await Service.start({
    hypervisor: 'simulated',
    launcher: ['sh', '-c', 'exec "$@" 2>/dev/full', 'sh'],
    environment: { VSMS_LOG_LEVEL: 'trace' },
  });
  const answer = async (password: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    return (await fetch(`${service.endpoints.http}/api/v1/vms`, { headers: { authorization } })).status;
  };
  // Each refusal is a line of the log.
  for (let i = 0; i < 3; i++) {
    assert.equal(await answer('wrong'), 401);
    assert.equal(await answer(service.password), 200);
  }
  assert.equal(await service.stop(), 0);
});

/** A pipe that takes what it has room for, and refuses the rest until it is read. */
const withPipe = async (work: (descriptor: number, read: () => string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'vsms-log-'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const descriptor = openSync(join(folder, 'pipe'), constants.O_RDWR | constants.O_NONBLOCK);
  const bytes = Buffer.alloc(1 << 20);
  const read = (): string => {
    try {
      return bytes.toString('latin1', 0, readSync(descriptor, bytes));
    } catch {
      return '';
    }
  };
  try {
    await work(descriptor, read);
  } finally {
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
  }
};

const lineOf = (n: number): string => `${String(n).padStart(99, '0')}\n`;

test('lines wait for a destination that refuses them, in order; those that there is no room for are counted', async () => {
  await withPipe(async (descriptor, read) => {
    const log = new LogFile({ descriptor, mostBytes: 100_000, againMs: 5 });
    for (let n = 0; n < 3000; n++) log.write(lineOf(n));
    // One was under way, a thousand waited.
    let text = '';
    while (!text.includes('lost')) {
      await sleep(1);
      text += read();
    }
    const kept = Array.from({ length: 1001 }, (_, n) => lineOf(n)).join('');
    assert.equal(text.slice(0, kept.length), kept);
    assert.match(text.slice(kept.length), /^\{"level":50,"time":\d+,"msg":"[^"]*: 1999 lines were lost here"\}\n$/);
    log.write(lineOf(3000));
    for (text = ''; text === ''; text = read()) await sleep(1);
    assert.equal(text, lineOf(3000));
  });
});

test('a name that a client made up is shown by whoever reads the log, and neither obeyed nor a reason to hide the line', async () => {
  await withPipe(async (descriptor, read) => {
    const user = 'x\u0085\u009b2J\u007f\u2028\u202eevil\u061c Ω 🖥';
    const log = new LogFile({ descriptor, againMs: 5 });
    log.write(`${JSON.stringify({ user })}\n`);
    let text = '';
    while (!text.endsWith('\n')) {
      await sleep(1);
      text += read();
    }
    const line = Buffer.from(text, 'latin1').toString('utf8').trimEnd();
    assert.deepEqual(JSON.parse(line), { user });
    assert.doesNotMatch(line, /[\u007f-\u009f\u061c\u2028\u202e]/);
    assert.match(line, /Ω 🖥/);
  });
});

test('at the end what waits is tried once more, and is not waited for', async () => {
  await withPipe(async (descriptor, read) => {
    const log = new LogFile({ descriptor, againMs: 60_000 });
    for (let n = 0; n < 2000; n++) log.write(lineOf(n));
    // The pipe is full, and the log waits for long.
    await sleep(200);
    const first = read();
    log.close();
    const all = `${first}${read()}`;
    assert.ok(all.length > first.length, 'the end has written some more');
    assert.equal(
      all,
      Array.from({ length: 2000 }, (_, n) => lineOf(n))
        .join('')
        .slice(0, all.length),
    );
  });
});
