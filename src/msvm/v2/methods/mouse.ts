import type { MethodRows } from './method.ts';
import { refused } from './refused.ts';

const REASON = 'The pointer of a guest cannot be moved by this service. Type keys by Msvm_Keyboard.';

/** Msvm_SyntheticMouse and Msvm_Ps2Mouse (other-services §6): the hypervisor port has keys, no pointer. */
export const syntheticMouseMethods = (): MethodRows => ({
  GetButtonState: refused(REASON, null, ['IsDown']),
  SetButtonState: refused(REASON, null),
  ClickButton: refused(REASON, null),
  SetAbsolutePosition: refused(REASON, null),
  SetScrollPosition: refused(REASON, null),
});

export const ps2MouseMethods = (): MethodRows => ({
  GetButtonState: refused(REASON, null, ['ButtonState']),
  SetButtonState: refused(REASON, null),
  ClickButton: refused(REASON, null),
  SetRelativePosition: refused(REASON, null),
  SetScrollPosition: refused(REASON, null),
});
