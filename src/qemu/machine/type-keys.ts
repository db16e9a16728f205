import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '../../core/errors.ts';
import type { KeyAction } from '../../core/ports.ts';
import type { MachineContext } from './context.ts';
import { QEMU_KEYS } from './key-codes.ts';

/** The PS/2 controller queues 16 bytes and drops what comes on top; a key makes up to 3 a stroke. */
const STROKE_PAUSE_MS = 12;

/** Presses and releases keys in order. An unknown key refuses the whole call before anything is typed. */
export async function typeKeys(context: MachineContext, keys: readonly KeyAction[]): Promise<void> {
  const strokes = keys.map(({ keyCode, action }) => {
    const key = QEMU_KEYS.get(keyCode);
    if (key === undefined) {
      throw new DomainError(
        'invalidParameter',
        `There is no key with virtual-key code ${keyCode}. Use the codes of a US keyboard.`,
      );
    }
    return { key, down: action === 'press' };
  });
  for (const { key, down } of strokes) {
    await context.monitor.execute('input-send-event', {
      events: [{ type: 'key', data: { down, key: { type: 'qcode', data: key } } }],
    });
    await sleep(STROKE_PAUSE_MS);
  }
}

export const CTRL_ALT_DELETE: readonly KeyAction[] = [
  { keyCode: 0x11, action: 'press' },
  { keyCode: 0x12, action: 'press' },
  { keyCode: 0x2e, action: 'press' },
  { keyCode: 0x2e, action: 'release' },
  { keyCode: 0x12, action: 'release' },
  { keyCode: 0x11, action: 'release' },
];
