import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A bare Node HTTP server in a process of its own that reads each request and answers with so many bytes: what the
 * transport alone costs. With `sync` each answer waits until two pages are on the disk, as many as a definition takes in
 * SQLite's log. Arguments: BYTES [sync]; prints its URL.
 */
const [bytes, mode] = process.argv.slice(2);
const reply = Buffer.alloc(Number(bytes), 'x');
const durable = mode === 'sync' ? openLog() : () => undefined;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    durable();
    response.end(reply);
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

/** A log that has its full size already, as SQLite's has once it was written through. */
function openLog(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'vsms-floor-'));
  const file = openSync(join(directory, 'log'), 'w');
  const record = Buffer.alloc(2 * (4096 + 24), 'x');
  const records = 500;
  for (let i = 0; i < records; i++) writeSync(file, record, 0, record.length, i * record.length);
  fdatasyncSync(file);
  process.once('SIGTERM', () => {
    closeSync(file);
    rmSync(directory, { recursive: true });
    process.exit();
  });
  let next = 0;
  return () => {
    writeSync(file, record, 0, record.length, (next++ % records) * record.length);
    fdatasyncSync(file);
  };
}
