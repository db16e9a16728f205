import type { SystemGraph } from '../../../core/graph.ts';
import type { PointerAction, PointerButton } from '../../../core/ports.ts';
import { invalid } from '../../../core/systems/refusals.ts';
import { machineOfDevice } from './device-machine.ts';
import { done, type MethodCall, type MethodRow, type MethodRows } from './method.ts';

/** Notches of the wheel in one call: a guest takes some forty a second. */
const MAX_NOTCHES = 128;

/** Msvm_SyntheticMouse (other-services §6): places in pixels of the screen (doc). Methods answer at once, no jobs. */
export const syntheticMouseMethods = (graph: SystemGraph): MethodRows => ({
  ...mouseMethods(graph, 'IsDown'),
  SetAbsolutePosition: pointing(graph, (call) => [
    {
      kind: 'moveTo',
      x: call.args.requiredInteger('HorizontalPosition'),
      y: call.args.requiredInteger('VerticalPosition'),
    },
  ]),
});

/** Msvm_Ps2Mouse: the same pointer, by steps. */
export const ps2MouseMethods = (graph: SystemGraph): MethodRows => ({
  ...mouseMethods(graph, 'ButtonState'),
  SetRelativePosition: pointing(graph, (call) => [
    { kind: 'moveBy', x: call.args.requiredInteger('HorizontalDelta'), y: call.args.requiredInteger('VerticalDelta') },
  ]),
});

/** What both have; `state` is how the class spells the state of a button. */
const mouseMethods = (graph: SystemGraph, state: 'IsDown' | 'ButtonState'): MethodRows => ({
  GetButtonState: {
    right: 'operate',
    looks: true,
    jobType: null,
    out: [state],
    run: async (call) => done({ [state]: machineOf(graph, call).pointer.held.has(buttonOf(call)) }),
  },
  SetButtonState: pointing(graph, (call) => [{ kind: 'button', button: buttonOf(call), down: pressed(call, state) }]),
  ClickButton: pointing(graph, (call) => {
    const button = buttonOf(call);
    return [
      { kind: 'button', button, down: true },
      { kind: 'button', button, down: false },
    ];
  }),
  SetScrollPosition: pointing(graph, (call) => [{ kind: 'scroll', notches: notchesOf(call) }]),
});

const machineOf = (graph: SystemGraph, call: MethodCall) => machineOfDevice(graph, call, 'move its pointer');

const pointing = (graph: SystemGraph, actionsOf: (call: MethodCall) => readonly PointerAction[]): MethodRow => ({
  right: 'operate',
  jobType: null,
  out: [],
  run: async (call) => {
    await machineOf(graph, call).point(actionsOf(call));
    return done();
  },
});

const isButton = (index: number): index is PointerButton => index >= 1 && index <= 5;

const buttonOf = (call: MethodCall): PointerButton => {
  const index = call.args.requiredInteger('ButtonIndex');
  if (isButton(index)) return index;
  throw invalid(`There is no button ${index}. Use 1 (left), 2 (right), 3 (middle), 4 or 5.`);
};

const pressed = (call: MethodCall, name: string): boolean => {
  const down = call.args.boolean(name);
  if (down !== null) return down;
  throw invalid(`The parameter ${name} is missing. Give it TRUE to press the button, FALSE to release it.`);
};

const notchesOf = (call: MethodCall): number => {
  const notches = call.args.requiredInteger('ScrollPositionDelta');
  if (Math.abs(notches) <= MAX_NOTCHES) return notches;
  throw invalid(`ScrollPositionDelta is ${notches}. Use at most ${MAX_NOTCHES} notches in one call.`);
};
