import type { DomainError } from '../../../core/errors.ts';
import type { SystemGraph } from '../../../core/graph.ts';
import type { KeyAction, Machine } from '../../../core/ports.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import { machineOfDevice } from './device-machine.ts';
import { isKeyCode, press, release, tap, textKeys, VK } from './key-codes.ts';
import { done, type MethodCall, type MethodRow, type MethodRows } from './method.ts';
import { scancodeKeys } from './scancodes.ts';

/** Longest text and longest run of scan codes in one call: a guest takes some ten keys a second. */
const MAX_KEYS = 4096;

const tooLong = (name: string): DomainError => invalid(`${name} is longer than ${MAX_KEYS}. Send it in several calls.`);

/** Keys held down by PressKey, as long as the machine lives: it has one keyboard, whichever namespace it is pressed in. */
const HELD = new WeakMap<Machine, Set<number>>();

const heldBy = (machine: Machine): Set<number> => {
  const keys = HELD.get(machine) ?? new Set<number>();
  HELD.set(machine, keys);
  return keys;
};

/** Msvm_Keyboard (other-services §6): methods answer 0 at once, no jobs; the device exists while the system runs. */
export const keyboardMethods = (graph: SystemGraph): MethodRows => {
  const machineOf = (call: MethodCall): Machine => machineOfDevice(graph, call, 'type');

  const keyCodeOf = (call: MethodCall): number => {
    const code = call.args.requiredInteger('KeyCode');
    if (isKeyCode(code)) return code;
    throw invalid(`The key code ${code} is not a Windows virtual-key code. Use 1 to 254.`);
  };

  const send = async (machine: Machine, keys: readonly KeyAction[]): Promise<void> => {
    if (keys.length > 0) await machine.typeKeys(keys);
    const down = heldBy(machine);
    for (const key of keys) {
      if (key.action === 'press') down.add(key.keyCode);
      else down.delete(key.keyCode);
    }
  };

  const typing = (keysOf: (call: MethodCall) => readonly KeyAction[]): MethodRow => ({
    right: 'operate',
    jobType: null,
    out: [],
    run: async (call) => {
      const machine = machineOf(call);
      await send(machine, keysOf(call));
      return done();
    },
  });

  return {
    PressKey: typing((call) => [press(keyCodeOf(call))]),
    ReleaseKey: typing((call) => [release(keyCodeOf(call))]),
    TypeKey: typing((call) => tap(keyCodeOf(call))),
    TypeCtrlAltDel: typing(() => [
      press(VK.control),
      press(VK.alt),
      ...tap(VK.delete),
      release(VK.alt),
      release(VK.control),
    ]),
    TypeText: typing((call) => {
      const text = call.args.text('AsciiText');
      if (text === null) throw invalid('The parameter AsciiText is missing. Give it the text to type.');
      if (text.length > MAX_KEYS) throw tooLong('AsciiText');
      const keys = textKeys(text);
      if (keys === undefined) {
        throw invalid('AsciiText has a character that no key of a US keyboard types. Send printable ASCII only.');
      }
      return keys;
    }),
    TypeScancodes: typing((call) => {
      const codes = call.args.integers('Scancodes');
      if (codes.length === 0) throw invalid('The parameter Scancodes is missing. Give it bytes of scan code set 1.');
      if (codes.length > MAX_KEYS) throw tooLong('Scancodes');
      const keys = scancodeKeys(codes);
      if (keys === undefined)
        throw invalid('Scancodes holds a byte that is no key of scan code set 1, or is cut short.');
      return keys;
    }),
    IsKeyPressed: {
      right: 'operate',
      looks: true,
      jobType: null,
      out: ['KeyState'],
      run: async (call) => done({ KeyState: heldBy(machineOf(call)).has(keyCodeOf(call)) }),
    },
  };
};
