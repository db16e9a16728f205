import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const GREETING =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": ""}, "capabilities": ["oob"]}}';

export type Answer = (request: { execute: string; arguments: unknown; id: unknown }, connection: Socket) => void;

/** A QMP server that says what a test tells it to say. */
export interface FakeQmpServer extends AsyncDisposable {
  readonly path: string;
  readonly connections: readonly Socket[];
}

/** Answers `qmp_capabilities` by itself; everything else goes to `answer`. */
export async function startFakeQmp(options: { greeting?: string; answer?: Answer } = {}): Promise<FakeQmpServer> {
  const directory = await mkdtemp(join(tmpdir(), 'vsms-qmp-'));
  const path = join(directory, 'qmp.sock');
  const connections: Socket[] = [];
  const server: Server = createServer((connection) => {
    connections.push(connection);
    connection.on('error', () => {});
    const greeting = options.greeting ?? GREETING;
    if (greeting !== '') connection.write(`${greeting}\r\n`);
    let rest = '';
    connection.on('data', (chunk) => {
      rest += chunk.toString('utf8');
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const request = JSON.parse(line) as Parameters<Answer>[0];
        if (request.execute === 'qmp_capabilities') reply(connection, request.id, {});
        else options.answer?.(request, connection);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    connections,
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}

export function reply(connection: Socket, id: unknown, value: unknown): void {
  connection.write(`${JSON.stringify({ return: value, id })}\r\n`);
}
