import { type Model, type Operation } from '../kit/linearizability.ts';

/** What clients do to one machine, and how they look at it. */
export const KINDS = [
  'define',
  'modify',
  'destroy',
  'start',
  'resume',
  'stop',
  'save',
  'pause',
  'take',
  'apply',
  'drop',
  'read',
  'state',
  'list',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Input {
  /** `shed`: a machine that is being destroyed has no checkpoints any more. */
  readonly kind: Kind | 'shed';
  /** Of `define` and `modify` the note that it gets, of `apply` and `drop` the checkpoint that is meant; else nothing. */
  readonly value: string;
}

/** States of a machine as EnabledState has them (lifecycle §1). */
const POWER = { running: 2, off: 3, saved: 6, paused: 9 } as const;
type Power = (typeof POWER)[keyof typeof POWER];

/** A checkpoint as lists show it. */
export interface Shown {
  readonly id: string;
  readonly note: string;
  readonly hasMemory: boolean;
}

/** What a look has told; of what it does not show, nothing. */
export interface Seen {
  readonly note?: string;
  /** EnabledState. */
  readonly power?: number;
  readonly checkpoints?: readonly Shown[];
}

/**
 * `absent`: there is no such machine or checkpoint. `taken`: the identifier was another machine's, so the new one got another.
 * `refused`: its state does not allow it, or somebody else is at work on it, or came in between; nothing was done.
 */
export type Output = 'done' | 'absent' | 'taken' | 'refused' | Seen;

/** While a transition is under way the machine is shown as neither: what it may have been, or will be. */
const BETWEEN: ReadonlyMap<number, readonly Power[]> = new Map([
  // Stopping, starting, saving, pausing, resuming.
  [4, [POWER.running, POWER.off, POWER.saved, POWER.paused]],
  [10, [POWER.off, POWER.saved, POWER.running]],
  [32773, [POWER.running, POWER.paused, POWER.saved]],
  [32776, [POWER.running, POWER.paused]],
  [32777, [POWER.paused, POWER.running]],
]);

/** From what to what, when it was done. */
const REQUESTS: Readonly<Partial<Record<Kind, { readonly from: readonly Power[]; readonly to: Power }>>> = {
  start: { from: [POWER.off, POWER.saved, POWER.paused], to: POWER.running },
  resume: { from: [POWER.off, POWER.saved, POWER.paused], to: POWER.running },
  // One that is being turned off may be turned off once more.
  stop: { from: [POWER.running, POWER.paused, POWER.saved, POWER.off], to: POWER.off },
  save: { from: [POWER.running, POWER.paused], to: POWER.saved },
  pause: { from: [POWER.running], to: POWER.paused },
};

interface Checkpoint {
  /** Null until somebody has seen it: whoever takes it does not learn it for certain. */
  readonly id: string | null;
  readonly note: string;
  readonly hasMemory: boolean;
}

/** One machine that is there. */
export interface Machine {
  readonly note: string;
  readonly power: Power;
  readonly checkpoints: readonly Checkpoint[];
}

const textOf = ({ id, note, hasMemory }: Checkpoint): string => `${id ?? '?'} ${note} ${hasMemory}`;

/** One machine: there with what it is, or not there. */
export const machine: Model<Machine | null, Input, Output> = {
  initial: null,
  key: (state) =>
    state === null ? '<none>' : [state.note, state.power, ...state.checkpoints.map(textOf).toSorted()].join('\n'),
  step: (state, { kind, value }, output) => {
    if (output === 'refused') return state;
    if (output === 'taken') return state === null ? undefined : state;
    if (state === null) {
      if (output === 'absent') return state;
      return kind === 'define' && (output === null || output === 'done')
        ? { note: value, power: POWER.off, checkpoints: [] }
        : undefined;
    }
    if (output === 'absent') return isCheckpoint(kind) && find(state, value) === undefined ? state : undefined;
    return output !== null && typeof output === 'object' ? seen(state, output) : changed(state, kind, value);
  },
};

const isCheckpoint = (kind: Input['kind']): boolean => kind === 'apply' || kind === 'drop';

const find = ({ checkpoints }: Machine, id: string): Checkpoint | undefined =>
  checkpoints.find((checkpoint) => checkpoint.id === id);

/** What it is after it was done; undefined: it cannot have been done. */
const changed = (state: Machine, kind: Input['kind'], value: string): Machine | null | undefined => {
  const atRest = state.power === POWER.off || state.power === POWER.saved;
  switch (kind) {
    case 'modify':
      return { ...state, note: value };
    case 'destroy':
      return atRest ? null : undefined;
    case 'take': {
      const taken = { id: null, note: state.note, hasMemory: state.power !== POWER.off };
      return { ...state, checkpoints: [...state.checkpoints, taken] };
    }
    case 'apply': {
      const checkpoint = find(state, value);
      if (checkpoint === undefined || !atRest) return undefined;
      // Its notes stay the machine's own (snapshots §3).
      return { ...state, power: checkpoint.hasMemory ? POWER.saved : POWER.off };
    }
    case 'drop': {
      const checkpoint = find(state, value);
      if (checkpoint === undefined) return undefined;
      return { ...state, checkpoints: state.checkpoints.filter((other) => other !== checkpoint) };
    }
    case 'shed':
      return atRest ? { ...state, checkpoints: [] } : undefined;
    case 'define':
    case 'read':
    case 'state':
    case 'list':
      return undefined;
    default: {
      const request = REQUESTS[kind];
      return request?.from.includes(state.power) === true ? { ...state, power: request.to } : undefined;
    }
  }
};

/** The same machine, of whose checkpoints more is known now; undefined: it did not look like that. */
const seen = (state: Machine, { note, power, checkpoints }: Seen): Machine | undefined => {
  if (note !== undefined && note !== state.note) return undefined;
  if (power !== undefined && power !== state.power && BETWEEN.get(power)?.includes(state.power) !== true)
    return undefined;
  if (checkpoints === undefined) return state;
  if (checkpoints.length !== state.checkpoints.length) return undefined;
  const left = [...state.checkpoints];
  // Those that are known first; of the others those are the same that look the same.
  for (const shown of checkpoints.toSorted((a, b) => Number(isKnown(state, b)) - Number(isKnown(state, a)))) {
    const wanted = textOf(isKnown(state, shown) ? shown : { ...shown, id: null });
    const at = left.findIndex((checkpoint) => textOf(checkpoint) === wanted);
    if (at < 0) return undefined;
    left.splice(at, 1);
  }
  return { ...state, checkpoints };
};

const isKnown = (state: Machine, { id }: Shown): boolean => find(state, id) !== undefined;

/**
 * A machine that is destroyed is shown without its checkpoints before it is gone. And without changes that nobody knows the end of
 * and whose value nobody ever saw: with or without them it is all the same.
 */
export const relevant = (history: readonly Operation<Input, Output>[]): readonly Operation<Input, Output>[] => {
  const notes = new Set(
    history.flatMap(({ output }) =>
      output !== null && typeof output === 'object'
        ? [output.note, ...(output.checkpoints ?? []).map(({ note }) => note)]
        : [],
    ),
  );
  return history
    .filter(({ input, output }) => output !== null || input.kind !== 'modify' || notes.has(input.value))
    .flatMap((operation) => {
      const { input, output } = operation;
      if (input.kind !== 'destroy' || (output !== null && output !== 'done')) return [operation];
      return [operation, { ...operation, input: { kind: 'shed', value: '' }, output: null }];
    });
};
