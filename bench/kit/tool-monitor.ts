import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly desc: string };
  readonly event?: string;
  readonly timestamp?: { readonly seconds: number; readonly microseconds: number };
}

/** The monitor for tools of a running QEMU: commands one at a time, and when the guest stopped and went on. */
export class ToolMonitor implements Disposable {
  readonly #socket: Socket;
  readonly #waiting: ((answer: Answer) => void)[] = [];
  #stopped = 0;
  /** Milliseconds that the guest stood still last, by QEMU's own events. */
  pause = 0;

  private constructor(path: string) {
    this.#socket = connect({ path });
    createInterface({ input: this.#socket }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      const at = (answer.timestamp?.seconds ?? 0) * 1000 + (answer.timestamp?.microseconds ?? 0) / 1000;
      if (answer.event === 'STOP') this.#stopped = at;
      else if (answer.event === 'RESUME') this.pause = at - this.#stopped;
      else if (answer.return !== undefined || answer.error !== undefined) this.#waiting.shift()?.(answer);
    });
  }

  static async open(path: string): Promise<ToolMonitor> {
    const monitor = new ToolMonitor(path);
    await monitor.execute('qmp_capabilities');
    return monitor;
  }

  async execute(command: string, args: object = {}): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#waiting.push(resolve);
    this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    const { error, return: value } = await promise;
    if (error !== undefined) throw new Error(`${command}: ${error.desc}`);
    return value;
  }

  /** Block node on top of the only disk. */
  async topNode(): Promise<string> {
    const blocks = (await this.execute('query-block')) as readonly { readonly inserted?: { 'node-name': string } }[];
    return blocks.find(({ inserted }) => inserted !== undefined)?.inserted?.['node-name'] ?? '';
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
