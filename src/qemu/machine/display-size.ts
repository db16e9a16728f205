import { connect } from 'node:net';

/**
 * Size of the display, from the greeting of the VNC server (RFC 6143 §7.1-7.3.2): cheaper than a picture, and QMP has no
 * query for it in 7.2. Null when the server does not say in time.
 */
export function displaySize(
  vncSocket: string,
  limitMs: number,
): Promise<{ readonly width: number; readonly height: number } | null> {
  return new Promise((resolve) => {
    const socket = connect({ path: vncSocket });
    const finish = (size: { width: number; height: number } | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(size);
    };
    const timer = setTimeout(() => finish(null), limitMs);
    socket.on('error', () => finish(null));
    socket.on('close', () => finish(null));
    let bytes = Buffer.alloc(0);
    let step = 0;
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length > 4096) return finish(null);
      if (step === 0 && bytes.length >= 12) {
        socket.write('RFB 003.008\n');
        step = 1;
      }
      if (step === 1 && bytes.length > 12 && bytes.length > 12 + (bytes[12] ?? 0)) {
        // Security type 1, none: the socket is private.
        if (!bytes.subarray(13, 13 + (bytes[12] ?? 0)).includes(1)) return finish(null);
        socket.write(Uint8Array.of(1, 1));
        step = 2;
      }
      const init = 13 + (bytes[12] ?? 0) + 4;
      if (step === 2 && bytes.length >= init + 4)
        finish({ width: bytes.readUInt16BE(init), height: bytes.readUInt16BE(init + 2) });
    });
  });
}
