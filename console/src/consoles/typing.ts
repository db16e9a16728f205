/** One movement of a key. */
export interface Stroke {
  readonly keysym: number;
  readonly down: boolean;
}

/** QEMU takes a movement of a key each 10 ms, and drops what it cannot keep: some 250 characters. */
const STROKE_MS = 15;

interface Typing {
  /** False: nobody takes it. */
  readonly press: (stroke: Stroke) => boolean;
  /** Before each character, with its number. */
  readonly told: (at: number) => void;
  readonly signal: AbortSignal;
}

/** Presses the keys of one character after the other. Resolves to how many were typed: fewer than all when it was ended, or not taken. */
export const typeAll = async (
  characters: readonly (readonly Stroke[])[],
  { press, told, signal }: Typing,
): Promise<number> => {
  for (const [at, strokes] of characters.entries()) {
    if (signal.aborted) return at;
    told(at);
    for (const stroke of strokes) if (!press(stroke)) return at;
    await new Promise((resolve) => setTimeout(resolve, strokes.length * STROKE_MS));
  }
  return characters.length;
};
