import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceManager } from '../../src/daemon/service-manager.ts';

test('systemd is told when the service listens; children have no say in it (sd_notify)', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-notify-'));
  const [socket, heard] = [join(directory, 'notify'), join(directory, 'heard')];
  const manager = spawn('socat', ['-u', `UNIX-RECV:${socket}`, `CREATE:${heard}`]);
  try {
    for (
      let i = 0;
      i < 100 && !(await readFile(socket).catch((error: NodeJS.ErrnoException) => error.code !== 'ENOENT'));
      i++
    )
      await sleep(20);
    const environment: NodeJS.ProcessEnv = { NOTIFY_SOCKET: socket };
    const systemd = new ServiceManager(environment);
    assert.deepEqual(environment, {});
    const told = systemd.tell('ready', 'Listens on https://127.0.0.1:5986');
    let text = '';
    for (let i = 0; i < 100 && !text.includes('STATUS'); i++) {
      text = await readFile(heard, 'utf8').catch(() => '');
      await sleep(20);
    }
    assert.match(text, /^READY=1$/m);
    assert.match(text, /^STATUS=Listens on https:\/\/127\.0\.0\.1:5986/m);
    // Nobody here answers the question whether all was read.
    manager.kill();
    await told;
  } finally {
    manager.kill();
    await rm(directory, { recursive: true, force: true });
  }
});

test('without a service manager nothing is told', async () => {
  await new ServiceManager({}).tell('ready', 'nobody hears it');
});

test('a service goes on when it cannot tell, also where that is thrown before anything was started', async () => {
  const manager = new ServiceManager({ NOTIFY_SOCKET: '/nonexistent/notify' });
  await manager.tell('ready', 'nobody listens');
  // Node refuses such a word at once, as it does a start for which the host has no memory.
  await manager.tell('stopping', 'a\0b');
});
