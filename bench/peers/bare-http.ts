import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A bare Node HTTP server in a process of its own that reads each request and answers with so many bytes: what the
 * transport alone costs. Arguments: BYTES; prints its URL.
 */
const reply = Buffer.alloc(Number(process.argv[2]), 'x');
const server = createServer((request, response) => {
  request.resume().on('end', () => response.end(reply));
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
