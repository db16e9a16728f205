import assert from 'node:assert/strict';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { isPart } from '../../src/core/transfer/receive-file.ts';
import { Service } from '../kit/service.ts';
import { Rest } from '../rest/kit.ts';
import { failAt } from './failing-calls.ts';

test('hardening 25: a part of an upload that cannot be synced is refused, nothing of it stays open, and it can be sent again', async () => {
  await using service = await Service.start({
    hypervisor: 'simulated',
    environment: { UV_THREADPOOL_SIZE: '1' },
  });
  const rest = new Rest(service);
  const content = Buffer.alloc(100_000, 7);
  const path = join(service.dataDirectory, 'uploaded.raw');
  const { body: upload } = await rest.post(201, '/files/uploads', { path, sizeBytes: content.length });
  const send = (offset: number, part: Buffer) =>
    rest.ask(`/files/uploads/${upload.id}?offset=${offset}`, {
      method: 'PATCH',
      body: part,
      headers: { 'content-type': 'application/octet-stream' },
    });
  {
    await using _failing = await failAt(service.pid, { calls: ['fsync', 'fdatasync'], error: 'EIO' }, 1);
    const { status, body } = await send(0, content.subarray(0, 40_000));
    assert.deepEqual([status, body.code], [500, 'operation-failed']);
    assert.match(body.detail, /cannot be written to: its file system reports an error/);
  }
  const fds = join('/proc', String(service.pid), 'fd');
  const open = await Promise.all((await readdir(fds)).map((fd) => readlink(join(fds, fd)).catch(() => '')));
  assert.deepEqual(
    open.filter((file) => isPart(basename(file))),
    [],
  );
  {
    const { body: before } = await rest.expect(200, `/files/uploads/${upload.id}`);
    await using _failing = await failAt(service.pid, { calls: ['pwrite64'], error: 'ENOSPC' }, 1);
    const { status, body } = await send(before.receivedBytes, content.subarray(before.receivedBytes));
    assert.deepEqual([status, body.code], [507, 'out-of-space']);
    assert.match(body.detail, /its file system is full/);
  }
  const { body: now } = await rest.expect(200, `/files/uploads/${upload.id}`);
  assert.equal((await send(now.receivedBytes, content.subarray(now.receivedBytes))).status, 201);
  assert.ok((await readFile(path)).equals(content));
});
