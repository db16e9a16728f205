/** One operation of a client on one object. Times in any unit that only grows. */
export interface Operation<I, O> {
  readonly called: number;
  /** Infinity: nobody knows until when it may have happened. */
  readonly returned: number;
  readonly input: I;
  /** Null when the client never learned it: it has happened, at any time between call and return, or not at all. */
  readonly output: O | null;
}

export interface Model<S, I, O> {
  readonly initial: S;
  /** The state after it when the output is right in this state (or unknown); undefined: it cannot be. */
  step(state: S, input: I, output: O | null): S | undefined;
  /** Two states with the same text are the same. */
  key(state: S): string;
}

interface Entry<I, O> {
  readonly id: number;
  readonly operation: Operation<I, O>;
  /** Of a call: where it returns; undefined when it never does. Of a return: its call. */
  match: Entry<I, O> | undefined;
  readonly isCall: boolean;
  previous: Entry<I, O> | undefined;
  next: Entry<I, O> | undefined;
}

/**
 * Is there an order of the operations, each at one moment between its call and its return, in which every output is right?
 * The search of Wing and Gong with the cache of Lowe.
 */
export function isLinearizable<S, I, O>(model: Model<S, I, O>, history: readonly Operation<I, O>[]): boolean {
  const head = entriesOf(history);
  let outstanding = history.filter(({ returned, output }) => mustHappen(returned, output)).length;
  let state = model.initial;
  let done = 0n;
  const seen = new Set<string>();
  const stack: { readonly entry: Entry<I, O>; readonly state: S; readonly happened: boolean }[] = [];
  const take = (call: Entry<I, O>, after: S, happened: boolean): void => {
    stack.push({ entry: call, state, happened });
    state = after;
    done |= 1n << BigInt(call.id);
    if (mustHappen(call.operation.returned, call.operation.output)) outstanding -= 1;
    lift(call);
    entry = head.next;
  };
  let entry = head.next;
  while (outstanding > 0) {
    if (entry?.isCall === true) {
      const after = model.step(state, entry.operation.input, entry.operation.output);
      const taken = done | (1n << BigInt(entry.id));
      const place = after === undefined ? '' : `${taken.toString(36)} ${model.key(after)}`;
      if (after !== undefined && !seen.has(place)) {
        seen.add(place);
        take(entry, after, true);
      } else entry = entry.next;
      continue;
    }
    if (entry?.operation.output === null && entry.match !== undefined) {
      // Its time is over: it has not happened.
      take(entry.match, state, false);
      continue;
    }
    // Somebody has returned who cannot have happened yet: an earlier choice was wrong.
    for (;;) {
      const last = stack.pop();
      if (last === undefined) return false;
      state = last.state;
      done &= ~(1n << BigInt(last.entry.id));
      if (mustHappen(last.entry.operation.returned, last.entry.operation.output)) outstanding += 1;
      unlift(last.entry);
      entry = last.entry.next;
      // What has not happened was no choice.
      if (last.happened) break;
    }
  }
  return true;
}

const mustHappen = (returned: number, output: unknown): boolean =>
  output !== null && returned !== Number.POSITIVE_INFINITY;

function entriesOf<I, O>(history: readonly Operation<I, O>[]): Entry<I, O> {
  const entries: { readonly time: number; readonly entry: Entry<I, O> }[] = [];
  history.forEach((operation, id) => {
    const blank = { id, operation, match: undefined, previous: undefined, next: undefined };
    const call: Entry<I, O> = { ...blank, isCall: true };
    entries.push({ time: operation.called, entry: call });
    if (operation.returned === Number.POSITIVE_INFINITY) return;
    call.match = { ...blank, match: call, isCall: false };
    entries.push({ time: operation.returned, entry: call.match });
  });
  // Of one moment calls come first: the more operations overlap, the more orders are allowed.
  entries.sort((a, b) => a.time - b.time || Number(b.entry.isCall) - Number(a.entry.isCall));
  const head: Entry<I, O> = {
    id: -1,
    operation: { called: 0, returned: 0, input: undefined as I, output: null },
    match: undefined,
    isCall: false,
    previous: undefined,
    next: undefined,
  };
  let last = head;
  for (const { entry } of entries) {
    last.next = entry;
    entry.previous = last;
    last = entry;
  }
  return head;
}

function lift<I, O>(call: Entry<I, O>): void {
  for (const entry of call.match === undefined ? [call] : [call, call.match]) {
    if (entry.previous !== undefined) entry.previous.next = entry.next;
    if (entry.next !== undefined) entry.next.previous = entry.previous;
  }
}

/** In the reverse order of `lift`. */
function unlift<I, O>(call: Entry<I, O>): void {
  for (const entry of call.match === undefined ? [call] : [call.match, call]) {
    if (entry.previous !== undefined) entry.previous.next = entry;
    if (entry.next !== undefined) entry.next.previous = entry;
  }
}
