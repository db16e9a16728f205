import { connect, type Socket } from 'node:net';

/** The nano guest shows its ticks, one each thousandth of a second: while it stands still there are none. */
const TICK_MS = 1;

/** How long a guest that ticks was silent: what its standing still is to those who talk to it. */
export class Ticks implements Disposable {
  readonly #socket: Socket;
  #last = Number.NaN;
  #longest = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', () => {
      const now = performance.now();
      const gap = now - this.#last;
      if (gap > this.#longest) this.#longest = gap;
      this.#last = now;
    });
  }

  /** `socket`: the guest's serial port, which is its own from now on. */
  static async watch(socket: string): Promise<Ticks> {
    const line = connect({ path: socket });
    await new Promise((resolve, reject) => {
      line.once('connect', resolve);
      line.once('error', reject);
    });
    line.write('qt');
    return new Ticks(line);
  }

  begin(): void {
    this.#longest = 0;
  }

  /** Milliseconds of the longest silence since `begin`, but for the tick that would have been one in any case. */
  longest(): number {
    return Math.max(0, this.#longest - TICK_MS);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}
