import { execFile } from 'node:child_process';
import { chmod, open } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ToolMonitor } from './tool-monitor.ts';

const run = promisify(execFile);
const POLL_MS = 2;

/**
 * What the service does for a checkpoint, by hand: overlay, live migration into a file, one transaction, `cont`, the file
 * synced. `directory`: QEMU's user may reach it. Answers the node on top then.
 */
export async function bareCheckpoint(
  monitor: ToolMonitor,
  directory: string,
  node: string,
  name: string,
): Promise<{ readonly node: string; readonly ms: number }> {
  const began = performance.now();
  const [overlay, memory, socket] = ['qcow2', 'memory', 'sock'].map((ending) => join(directory, `${name}.${ending}`));
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', overlay ?? '', '1M']);
  await chmod(overlay ?? '', 0o666);
  await monitor.execute('blockdev-add', {
    driver: 'qcow2',
    'node-name': name,
    file: { driver: 'file', filename: overlay },
    backing: null,
  });
  await using file = await open(memory ?? '', 'w');
  const connected = Promise.withResolvers<Socket>();
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (peer) => connected.resolve(peer));
  const received = (async () => {
    const peer = await connected.promise;
    for await (const chunk of peer as AsyncIterable<Buffer>) await file.write(chunk);
    peer.destroy();
  })();
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  await chmod(socket ?? '', 0o777);
  await monitor.execute('migrate', { uri: `unix:${socket}` });
  for (;;) {
    const { status } = (await monitor.execute('query-migrate')) as { readonly status: string };
    if (status === 'completed') break;
    if (status === 'failed') throw new Error('QEMU could not save the machine.');
    await sleep(POLL_MS);
  }
  await received;
  await monitor.execute('transaction', { actions: [{ type: 'blockdev-snapshot', data: { node, overlay: name } }] });
  await monitor.execute('cont');
  await file.sync();
  server.close();
  return { node: name, ms: performance.now() - began };
}
