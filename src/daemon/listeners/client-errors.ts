import type { Duplex } from 'node:stream';

/** What Node's HTTP parser refuses before there is a request. */
const STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  // A verb that HTTP does not know, such as M-POST of CIM-XML: its clients then try POST (wire-cimxml §1).
  HPE_INVALID_METHOD: '405 Method Not Allowed\r\nAllow: POST',
};

/** Answer with a status and no text, and close: what follows on the connection cannot be told from the rest. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return;
  // Node leaves the connection to us, and an answer would wait for the end of the handshake.
  if (error.code === 'ERR_TLS_HANDSHAKE_TIMEOUT') {
    socket.destroy();
    return;
  }
  const status = STATUS[error.code ?? ''] ?? '400 Bad Request';
  socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`, () => socket.destroy());
}
