import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Bench } from './crash-case.ts';
import { Service } from '../kit/service.ts';

const LIMIT = 160;

test('25 out of file descriptors (EMFILE): requests fail, nothing is lost, and it goes on when there are some again', async () => {
  await using service = await Service.start({
    hypervisor: 'simulated',
    launcher: ['prlimit', `--nofile=${LIMIT}`],
  });
  const bench = new Bench(service, '');
  const id = await bench.define(2, [], 'kept');
  const hogs: Socket[] = [];
  const { hostname, port } = new URL(service.endpoints.http);
  try {
    for (let i = 0; i < 300; i++) {
      const socket = connect({ host: hostname, port: Number(port) });
      socket.on('error', () => undefined);
      hogs.push(socket);
    }
    // Until it has none left.
    while ((await readdir(`/proc/${service.pid}/fd`)).length < LIMIT) await sleep(20);
    // On the connection that stands: a start needs files, and finds none.
    const refused = await bench.request(id, 2).then(
      () => null,
      (error: unknown) => error,
    );
    assert.ok(refused === null || refused instanceof Error);
  } finally {
    for (const socket of hogs) socket.destroy();
  }
  await sleep(500);
  const after = new Bench(service, '');
  const state = (await after.states()).get(id);
  assert.ok(state === 2 || state === 3, String(state));
  if (state === 3) await after.request(id, 2);
  await after.request(id, 3);
  await after.destroy(id);
  for (const job of await after.jobStates()) assert.ok(job >= 7);
  bench.close();
  after.close();
});

test('25 a tool that cannot be started for want of descriptors is the failure of its call, and does not end the service', async () => {
  const inside = join(import.meta.dirname, 'no-descriptors-inside.ts');
  await promisify(execFile)('prlimit', ['--nofile=64', process.execPath, inside]);
});
