import { pointed, requireOnScreen, UNTOUCHED_POINTER } from '../core/devices/pointer.ts';
import { DomainError } from '../core/errors.ts';
import type { KeyAction, PointerAction, PointerState } from '../core/ports.ts';
import type { LiveGuest } from './live-guest.ts';

/** Keys remembered for tests. */
const MAX_KEYS = 256;
/** Virtual-key codes of Windows are one byte, without 0 and 255. */
const LAST_KEY = 0xfe;

/** Keyboard and pointer of one machine: what is wrong is refused, the rest the guest gets. */
export class GuestInput {
  readonly #guest: LiveGuest;
  readonly #keys: KeyAction[] = [];
  #pointer = UNTOUCHED_POINTER;

  constructor(guest: LiveGuest) {
    this.#guest = guest;
  }

  /** The last keys, oldest first. */
  get keys(): readonly KeyAction[] {
    return [...this.#keys];
  }

  get pointer(): PointerState {
    return this.#pointer;
  }

  /** @throws DomainError invalidParameter: a key that no keyboard has. */
  type(keys: readonly KeyAction[]): void {
    const wrong = keys.find(({ keyCode }) => !Number.isInteger(keyCode) || keyCode < 1 || keyCode > LAST_KEY);
    if (wrong !== undefined)
      throw new DomainError('invalidParameter', `There is no key with virtual-key code ${wrong.keyCode}.`);
    this.#keys.push(...keys);
    this.#keys.splice(0, this.#keys.length - MAX_KEYS);
    this.#guest.keys(keys);
  }

  /** @throws DomainError invalidParameter: a place that is not on the screen (pixels). */
  point(actions: readonly PointerAction[], screen: { readonly width: number; readonly height: number }): void {
    requireOnScreen(actions, screen);
    this.#pointer = actions.reduce(pointed, this.#pointer);
    this.#guest.pointer(actions);
  }
}
