const WIDTH = 30;
/** A log wants to know that it goes on, not each percent. */
const LINE_EVERY = 10;

export interface Progress {
  show(percent: number): void;
  /** Leaves the terminal as it was. */
  end(): void;
}

/** What is being done and how far: a bar on a terminal, a line now and then elsewhere. On stderr: stdout is the result. */
export const showProgress = (
  title: string,
  stream: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr,
): Progress => (stream.isTTY === true ? bar(title, stream) : lines(title, stream));

const bar = (title: string, stream: { write(text: string): unknown }): Progress => {
  let last = -1;
  return {
    show: (percent) => {
      const now = whole(percent);
      if (now === last) return;
      last = now;
      const done = Math.round((now / 100) * WIDTH);
      stream.write(`\r${title} [${'#'.repeat(done)}${'.'.repeat(WIDTH - done)}] ${String(now).padStart(3)} %`);
    },
    end: () => {
      if (last >= 0) stream.write(`\r${' '.repeat(title.length + WIDTH + 10)}\r`);
    },
  };
};

const lines = (title: string, stream: { write(text: string): unknown }): Progress => {
  let last = 0;
  return {
    show: (percent) => {
      const now = Math.floor(whole(percent) / LINE_EVERY) * LINE_EVERY;
      if (now <= last) return;
      last = now;
      stream.write(`${title} ${now} %\n`);
    },
    end: () => undefined,
  };
};

const whole = (percent: number): number =>
  Math.max(0, Math.min(100, Math.floor(Number.isFinite(percent) ? percent : 0)));
