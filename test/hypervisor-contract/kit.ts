import assert from 'node:assert/strict';
import type { ImageTool } from '../../src/core/disks/image-tool.ts';
import { DomainError, type DomainErrorCode } from '../../src/core/errors.ts';
import type { Hypervisor, Machine, MachineEvent } from '../../src/core/ports.ts';
import type { DiskSpec, MachineSpec } from '../../src/core/machine-spec.ts';
import { SerialLine } from '../qemu/kit.ts';

/** A hypervisor with what the suite needs around it. */
export interface HypervisorUnderTest {
  readonly hypervisor: Hypervisor;
  readonly directory: string;
  /**
   * A generation 1 machine with files of its own: an IDE disk that boots a guest which obeys the letters of the nano guest
   * at COM 1, an empty CD drive at IDE, no SCSI disk yet, one network adapter without a network, COM 1 on a socket.
   */
  makeSpec(): Promise<MachineSpec>;
  /** A blank image that may be attached as a SCSI disk. */
  makeImage(): Promise<NonNullable<DiskSpec['image']>>;
  /** Works on disk files of machines that are off, as the service does. */
  readonly images: ImageTool;
  /** A readable CD image. */
  makeIso(): Promise<NonNullable<DiskSpec['image']>>;
  /** A machine like that of makeSpec. Its boot disk is away when told, which it notices by writing to it, and then back. */
  makeFragile(): Promise<{
    readonly spec: MachineSpec;
    fail(machine: Machine): Promise<void>;
    mend(machine: Machine): Promise<void>;
  }>;
  /** Lets go of the machines and opens another hypervisor, as a restarted service does. */
  restart(): Promise<Hypervisor>;
  /** Waits; runs virtual time on the way where there is one. */
  until<T>(promise: Promise<T>): Promise<T>;
  /** Resolves when the guest is up, hears the power button, and answers at COM 1. */
  guestReady(machine: Machine, spec: MachineSpec): Promise<void>;
  /** Somebody else does it, behind the back of this service. */
  interfere(machine: Machine, what: 'pause' | 'resume' | 'reset'): Promise<void>;
  /** The process of the machine dies. */
  kill(machine: Machine): Promise<void>;
  /** The process stays and answers nothing; `answer` ends that. */
  silence(machine: Machine): Promise<void>;
  answer(machine: Machine): Promise<void>;
  dispose(): Promise<void>;
}

/** Opens a hypervisor for one test. */
export type OpenHypervisor = () => Promise<HypervisorUnderTest>;

export const noSignal = new AbortController().signal;

export const socketOf = (spec: MachineSpec): string => {
  const socket = spec.serialPorts[0]?.socket;
  assert.ok(socket);
  return socket;
};

export const bootDiskOf = (spec: MachineSpec): DiskSpec => {
  const disk = spec.disks.find(({ media }) => media === 'disk');
  assert.ok(disk?.image);
  return disk;
};

/** Events of a machine, read in the background. */
export interface EventRecord {
  readonly events: MachineEvent[];
  readonly ended: Promise<void>;
  /** The first event of the kind, past or future. */
  next(kind: MachineEvent['kind']): Promise<MachineEvent>;
}

export const record = (machine: Machine): EventRecord => {
  const events: MachineEvent[] = [];
  const waiting: { readonly kind: string; readonly resolve: (event: MachineEvent) => void }[] = [];
  const ended = (async () => {
    for await (const event of machine.events()) {
      events.push(event);
      for (const waiter of waiting.splice(0)) {
        if (waiter.kind === event.kind) waiter.resolve(event);
        else waiting.push(waiter);
      }
    }
  })();
  return {
    events,
    ended,
    next: async (kind) => {
      const seen = events.find((event) => event.kind === kind);
      if (seen !== undefined) return seen;
      const found = new Promise<MachineEvent>((resolve) => waiting.push({ kind, resolve }));
      const none = ended.then(() => assert.fail(`no ${kind} came, but ${JSON.stringify(events)}`));
      return Promise.race([found, none]);
    },
  };
};

/** The end, and whose doing it was. Words of a reason are each hypervisor's own. */
export const assertStopped = (event: MachineEvent | undefined, by: 'guest' | 'host' | 'crash'): void => {
  assert.ok(event?.kind === 'stopped', `no stop but ${JSON.stringify(event)}`);
  assert.equal(event.by, by);
  if (by === 'host') assert.equal(event.reason, null);
  if (by === 'crash') assert.ok(event.reason !== null && event.reason !== '');
};

interface Refusal {
  readonly code?: DomainErrorCode;
  readonly hresult?: string;
  /** Names what it is about. */
  readonly text?: string;
}

export const refusal =
  ({ code, hresult, text }: Refusal = {}) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof DomainError, String(error));
    if (code !== undefined) assert.equal(error.code, code, error.message);
    if (hresult !== undefined) assert.equal(error.hresult, hresult, error.message);
    if (text !== undefined) assert.ok(error.message.includes(text), error.message);
    return true;
  };

/** One hypervisor and the calls that all tests make. */
export class Bench implements AsyncDisposable {
  readonly under: HypervisorUnderTest;

  private constructor(under: HypervisorUnderTest) {
    this.under = under;
  }

  static async open(open: OpenHypervisor): Promise<Bench> {
    return new Bench(await open());
  }

  get hypervisor(): Hypervisor {
    return this.under.hypervisor;
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return this.under.until(promise);
  }

  /** Rejects as it should. */
  async refuses(promise: Promise<unknown>, expected: Refusal = {}): Promise<void> {
    await assert.rejects(this.until(promise), refusal(expected));
  }

  start(spec: MachineSpec, savedState: string | null = null): Promise<Machine> {
    return this.until(this.hypervisor.start(spec, { savedState, signal: noSignal }));
  }

  /** With a guest that is up. */
  async startReady(spec: MachineSpec): Promise<Machine> {
    const machine = await this.start(spec);
    await this.ready(machine, spec);
    return machine;
  }

  ready(machine: Machine, spec: MachineSpec): Promise<void> {
    return this.until(this.under.guestReady(machine, spec));
  }

  turnOff(machine: Machine): Promise<void> {
    return this.until(machine.turnOff());
  }

  /** Sends a letter to the guest at COM 1 and answers what it says. */
  ask(socket: string, letter: string, answer: RegExp): Promise<string> {
    return this.until(this.#ask(socket, letter, answer));
  }

  async #ask(socket: string, letter: string, answer: RegExp): Promise<string> {
    using line = await SerialLine.connect(socket);
    line.write(letter);
    return (await line.expect(answer))[1] ?? '';
  }

  /** Sends a letter, and stays on the line until its effect is seen: what a guest has not read by then is lost. */
  tell(socket: string, letter: string, effect: () => Promise<unknown>): Promise<void> {
    return this.until(this.#tell(socket, letter, effect));
  }

  async #tell(socket: string, letter: string, effect: () => Promise<unknown>): Promise<void> {
    using line = await SerialLine.connect(socket);
    line.write(letter);
    await effect();
  }

  /** What the guest says because of `cause`. */
  hears(socket: string, cause: () => Promise<unknown>, says: RegExp): Promise<void> {
    return this.until(this.#hears(socket, cause, says));
  }

  async #hears(socket: string, cause: () => Promise<unknown>, says: RegExp): Promise<void> {
    using line = await SerialLine.connect(socket);
    // What is said before the line is up is lost.
    line.write('i');
    await line.expect(/INFO/);
    await cause();
    await line.expect(says);
  }

  /** Changes a word of the guest's memory and tells it. */
  changeMemory(spec: MachineSpec): Promise<string> {
    return this.ask(socketOf(spec), 'w', /WROTE (\d+)/);
  }

  /** The word of the guest's memory now. */
  readMemory(spec: MachineSpec): Promise<string> {
    return this.ask(socketOf(spec), 'i', /seq=(\d+)/);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.under.dispose();
  }
}
