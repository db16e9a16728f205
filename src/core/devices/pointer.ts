import { DomainError } from '../errors.ts';
import type { PointerAction, PointerState } from '../ports.ts';

/** Nobody has moved it yet. */
export const UNTOUCHED_POINTER: PointerState = { place: null, scrolled: 0, held: new Set() };

/** The state after an action that the machine has taken. */
export const pointed = (state: PointerState, action: PointerAction): PointerState => {
  switch (action.kind) {
    case 'moveTo':
      return { ...state, place: { x: action.x, y: action.y } };
    case 'moveBy':
      return { ...state, place: null };
    case 'scroll':
      return { ...state, scrolled: state.scrolled + action.notches };
    case 'button': {
      const held = new Set(state.held);
      if (action.down) held.add(action.button);
      else held.delete(action.button);
      return { ...state, held };
    }
  }
};

/** Throws DomainError `invalidParameter` when an action moves the pointer to a place that is not on the screen. */
export const requireOnScreen = (
  actions: readonly PointerAction[],
  screen: { readonly width: number; readonly height: number },
): void => {
  const inside = (value: number, size: number): boolean => Number.isInteger(value) && value >= 0 && value < size;
  for (const action of actions) {
    if (action.kind !== 'moveTo' || (inside(action.x, screen.width) && inside(action.y, screen.height))) continue;
    throw new DomainError(
      'invalidParameter',
      `The place ${action.x}, ${action.y} is not on the screen of the machine, which is ${screen.width} x ${screen.height} pixels. Give pixels from its left and its top, the first is 0.`,
    );
  }
};
