import { setTimeout as sleep } from 'node:timers/promises';
import { requireOnScreen } from '../../core/devices/pointer.ts';
import { DomainError } from '../../core/errors.ts';
import type { PointerAction, PointerButton } from '../../core/ports.ts';
import type { InputEvent } from '../../qmp/commands.ts';
import type { MachineContext } from './context.ts';
import { displaySize } from './display-size.ts';

/** QEMU's range of an absolute axis, whatever the size of the screen. */
const AXIS_RANGE = 0x8000;
/** For the guest to take a report: the tablet queues 16 of them and drops what comes on top. */
const REPORT_PAUSE_MS = 12;
const SCREEN_LIMIT_MS = 1_000;

const QEMU_BUTTONS: Readonly<Record<PointerButton, string>> = {
  1: 'left',
  2: 'right',
  3: 'middle',
  4: 'side',
  5: 'extra',
};

interface Screen {
  readonly width: number;
  readonly height: number;
}

/**
 * Absolute places and buttons are the tablet's (command-line/console.ts), steps those of the PS/2 mouse, which also has the
 * buttons while no driver of the guest asks the tablet. `done` hears of each action that QEMU has taken.
 */
export async function movePointer(
  context: MachineContext,
  vncSocket: string,
  actions: readonly PointerAction[],
  done: (action: PointerAction) => void,
): Promise<void> {
  const screen = actions.some(({ kind }) => kind === 'moveTo') ? await screenOf(vncSocket) : { width: 0, height: 0 };
  requireOnScreen(actions, screen);
  for (const action of actions) {
    // One command is one report, and in one report a button that is pressed and released was never pressed.
    for (const events of reportsOf(action, screen)) {
      await context.monitor.execute('input-send-event', { events: [...events] });
      await sleep(REPORT_PAUSE_MS);
    }
    done(action);
  }
}

/** As it is now: guests change it, and a figure of some seconds ago would put the pointer beside its target. */
async function screenOf(vncSocket: string): Promise<Screen> {
  const screen = await displaySize(vncSocket, SCREEN_LIMIT_MS);
  if (screen !== null) return screen;
  throw new DomainError(
    'timeout',
    'The machine does not tell the size of its screen. Try again, or turn it off if this lasts.',
  );
}

/** The commands that make one action. */
export function reportsOf(action: PointerAction, screen: Screen): readonly (readonly InputEvent[])[] {
  switch (action.kind) {
    case 'moveTo':
      return [[absolute('x', action.x, screen.width), absolute('y', action.y, screen.height)]];
    case 'moveBy':
      return [[relative('x', action.x), relative('y', action.y)]];
    case 'button':
      return [[button(QEMU_BUTTONS[action.button], action.down)]];
    case 'scroll': {
      const wheel = action.notches > 0 ? 'wheel-up' : 'wheel-down';
      return Array.from({ length: Math.abs(action.notches) }, () => [
        [button(wheel, true)],
        [button(wheel, false)],
      ]).flat();
    }
  }
}

/** The middle of the pixel, so that no rounding of the guest's driver puts the pointer on the one beside it. */
const absolute = (axis: 'x' | 'y', pixel: number, size: number): InputEvent => ({
  type: 'abs',
  data: { axis, value: Math.min(Math.floor(((pixel + 0.5) * AXIS_RANGE) / size), AXIS_RANGE - 1) },
});

const relative = (axis: 'x' | 'y', value: number): InputEvent => ({ type: 'rel', data: { axis, value } });

const button = (name: string, down: boolean): InputEvent => ({ type: 'btn', data: { down, button: name } });
