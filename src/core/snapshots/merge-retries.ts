import { stat } from 'node:fs/promises';
import type { DiskTask, StreamTask } from '../differencing/disk-tree.ts';
import { LackOfRoom, requireSpace } from '../disks/free-space.ts';
import { whenThereIsRoom } from '../disks/room-watch.ts';
import { DomainError } from '../errors.ts';
import type { Guid, PowerState } from '../model.ts';
import type { Later } from '../ports.ts';
import type { SystemsContext } from '../systems/context.ts';
import { quote } from '../systems/refusals.ts';

/** What a merge lacks (room, a folder that is away) may come at any moment, or not for a night. */
const WAIT_MS = { first: 30_000, most: 600_000 } as const;

interface Failure {
  /** State of the machine; another one is another way to merge. */
  readonly power: PowerState;
  readonly attempts: number;
  /** Null: the wait is over. */
  callOff: (() => void) | null;
}

/**
 * Systems whose merge has failed, each tried again after a while; twice as long each time, in real time. One that lacked room
 * is tried as soon as there is some, too.
 */
export class MergeRetries {
  readonly #later: Later;
  readonly #due: (system: Guid) => void;
  readonly #free: ((place: string) => Promise<bigint>) | undefined;
  readonly #failures = new Map<Guid, Failure>();

  /** `free`: what is free at a place; missing: as its file system says. */
  constructor(later: Later, due: (system: Guid) => void, free?: (place: string) => Promise<bigint>) {
    this.#later = later;
    this.#due = due;
    this.#free = free;
  }

  /** Answers after how many milliseconds it is due again at the latest. */
  failed(id: Guid, power: PowerState, error: unknown): number {
    const attempts = this.#failures.get(id)?.attempts ?? 0;
    this.forget(id);
    const wait = Math.min(WAIT_MS.first * 2 ** attempts, WAIT_MS.most);
    const failure: Failure = { power, attempts: Math.min(attempts + 1, 10), callOff: null };
    const due = (): void => {
      failure.callOff?.();
      failure.callOff = null;
      this.#due(id);
    };
    const callOffs = [this.#later(wait, due)];
    if (error instanceof LackOfRoom) callOffs.push(whenThereIsRoom(this.#later, error, due, this.#free));
    failure.callOff = () => {
      for (const callOff of callOffs) callOff();
    };
    this.#failures.set(id, failure);
    return wait;
  }

  waits(id: Guid, power: PowerState): boolean {
    const failure = this.#failures.get(id);
    return failure !== undefined && failure.callOff !== null && failure.power === power;
  }

  forget(id: Guid): void {
    this.#failures.get(id)?.callOff?.();
    this.#failures.delete(id);
  }

  close(): void {
    for (const id of this.#failures.keys()) this.forget(id);
  }
}

/** With both figures where it lacked room (K33): of what lies in the file, all may be new to the one below. */
export const withFigures = async (
  { disks }: Pick<SystemsContext, 'disks'>,
  task: DiskTask | StreamTask,
  error: unknown,
): Promise<unknown> => {
  if (task.kind !== 'merge') return error;
  try {
    const [top, base] = [await disks.inspect(task.file, 'disk'), await disks.inspect(task.parent, 'disk')];
    const stored = (await stat(top.file)).blocks * 512;
    const what = `the data of ${quote(task.file)} in the disk below it`;
    await requireSpace(base.file, stored, what, { cause: error });
  } catch (lack) {
    if (lack instanceof LackOfRoom) return lack;
    if (lack instanceof DomainError && lack.hresult !== null)
      return new DomainError(lack.code, lack.message, { hresult: lack.hresult, cause: error });
  }
  return error;
};

/** Said to the client too when it comes again. */
export const withNextAttempt = (error: unknown, waitMs: number): unknown => {
  if (!(error instanceof DomainError)) return error;
  const { code, message, hresult, source, cause } = error;
  const room = error instanceof LackOfRoom ? 'as soon as there is room, in any case ' : '';
  const next = `It is tried again ${room}in ${waitMs / 1000} seconds, and when the virtual machine starts or stops.`;
  return new DomainError(code, `${message} ${next}`, {
    ...(hresult === null ? {} : { hresult }),
    ...(source === null ? {} : { source }),
    ...(cause === undefined ? {} : { cause }),
  });
};
