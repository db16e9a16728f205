import { rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import type { SerialSpec } from '../core/machine-spec.ts';

/** Clients of one port beyond this wait in vain, as a second one does at a real port. */
const MAX_CLIENTS = 8;

/** The COM ports of one machine. What the guest prints while nobody listens is lost, as on a wire. */
export class SerialPorts {
  readonly #ports = new Map<
    string,
    { readonly spec: SerialSpec; readonly server: Server; readonly clients: Set<Socket> }
  >();
  readonly #onInput: (text: string) => void;

  constructor(onInput: (text: string) => void) {
    this.#onInput = onInput;
  }

  get connected(): boolean {
    return this.#ports.size > 0;
  }

  async connect(spec: SerialSpec): Promise<void> {
    await this.disconnect(spec.id);
    if (spec.socket === null) return;
    const clients = new Set<Socket>();
    const server = createServer((client) => this.#accept(client, clients));
    await rm(spec.socket, { force: true });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(spec.socket, resolve);
    });
    server.removeAllListeners('error');
    server.on('error', () => undefined);
    this.#ports.set(spec.id, { spec, server, clients });
  }

  async disconnect(id: string): Promise<void> {
    const port = this.#ports.get(id);
    if (port === undefined) return;
    this.#ports.delete(id);
    for (const client of port.clients) client.destroy();
    await new Promise<void>((resolve) => port.server.close(() => resolve()));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#ports.keys()].map((id) => this.disconnect(id)));
  }

  print(text: string): void {
    for (const { clients } of this.#ports.values()) for (const client of clients) client.write(text);
  }

  #accept(client: Socket, clients: Set<Socket>): void {
    if (clients.size >= MAX_CLIENTS) {
      client.destroy();
      return;
    }
    clients.add(client);
    client.on('error', () => client.destroy());
    client.on('close', () => clients.delete(client));
    client.on('data', (bytes) => this.#onInput(bytes.toString('latin1')));
  }
}
