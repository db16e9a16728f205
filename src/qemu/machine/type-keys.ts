import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';
import type { KeyAction } from '../../core/ports.ts';
import type { MachineContext } from './context.ts';
import { QEMU_KEYS } from './key-codes.ts';

/** The keyboard queues 16 bytes and drops what comes on top. */
const QUEUE_BYTES = 16;
/** At most, for keys beside the oldest ones (scan code set 2). */
const STROKE_BYTES = { press: 2, release: 3 } as const;
/** For the guest to take a stroke from the queue. */
const STROKE_PAUSE_MS = 12;

interface Stroke {
  readonly key: string;
  readonly action: KeyAction['action'];
}

/**
 * Presses and releases keys in order. An unknown key refuses the whole call before anything is typed. Keys that are held
 * together are one command: a guest that restarts at the last of them does not keep the rest from it.
 */
export async function typeKeys(context: MachineContext, keys: readonly KeyAction[]): Promise<void> {
  const strokes = keys.map(({ keyCode, action }) => {
    const key = QEMU_KEYS.get(keyCode);
    if (key === undefined) {
      throw new DomainError(
        'invalidParameter',
        `There is no key with virtual-key code ${keyCode}. Use the codes of a US keyboard.`,
      );
    }
    return { key, action };
  });
  for (const chord of chords(strokes)) {
    await context.monitor.execute('input-send-event', {
      events: chord.map(({ key, action }) => ({
        type: 'key' as const,
        data: { down: action === 'press', key: { type: 'qcode' as const, data: key } },
      })),
    });
    await sleep(STROKE_PAUSE_MS * chord.length);
  }
}

/** From the first key that is pressed until all are released, as far as the queue holds it. */
export function chords(strokes: readonly Stroke[]): readonly (readonly Stroke[])[] {
  const all: Stroke[][] = [];
  const held = new Set<string>();
  let room = 0;
  for (const stroke of strokes) {
    const bytes = STROKE_BYTES[stroke.action];
    if (held.size === 0 || room < bytes) {
      all.push([]);
      room = QUEUE_BYTES;
    }
    all.at(-1)?.push(stroke);
    room -= bytes;
    if (stroke.action === 'press') held.add(stroke.key);
    else held.delete(stroke.key);
  }
  return all;
}

export const CTRL_ALT_DELETE: readonly KeyAction[] = [
  { keyCode: 0x11, action: 'press' },
  { keyCode: 0x12, action: 'press' },
  { keyCode: 0x2e, action: 'press' },
  { keyCode: 0x2e, action: 'release' },
  { keyCode: 0x12, action: 'release' },
  { keyCode: 0x11, action: 'release' },
];
