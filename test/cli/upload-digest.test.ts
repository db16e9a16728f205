import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { HostFiles } from '../../src/client/files.ts';

test('uploads say the SHA-256 of what they send before they send it', async () => {
  const content = randomBytes(200_000);
  const file = join(tmpdir(), `vsms-digest-${randomBytes(6).toString('hex')}`);
  await writeFile(file, content);
  const seen: { readonly announced: string; readonly came: string }[] = [];
  const server = createServer((request, response) => {
    const hash = createHash('sha256');
    request.on('data', (chunk: Buffer) => hash.update(chunk));
    request.on('end', () => {
      seen.push({ announced: String(request.headers['repr-digest']), came: `sha-256=:${hash.digest('base64')}:` });
      response.writeHead(201).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const host = new HostFiles({ url, user: 'admin', password: 'x' });
    await host.upload(file, '/srv/a.raw');
    await host.write('/srv/b.raw', content.subarray(1));
    assert.equal(seen.length, 2);
    for (const { announced, came } of seen) assert.equal(announced, came);
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(file);
  }
});

test('a download over a file that is there ends its connection: the program would not end before the host hangs up', async (t) => {
  const file = join(tmpdir(), `vsms-there-${randomBytes(6).toString('hex')}`);
  await writeFile(file, 'mine');
  let hungUp = (): void => undefined;
  const over = new Promise<void>((resolve) => (hungUp = resolve));
  const server = createServer((_request, response) => {
    response.on('close', hungUp);
    response.writeHead(200, { 'content-length': 1 << 30 }).write(Buffer.alloc(1 << 20));
  }).listen(0, '127.0.0.1');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(file);
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const host = new HostFiles({ url, user: 'admin', password: 'x' });
  await assert.rejects(host.download('/srv/a.raw', file), { code: 'EEXIST' });
  await over;
  assert.equal(await readFile(file, 'utf8'), 'mine');
});
