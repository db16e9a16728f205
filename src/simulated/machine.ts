import { rmdir } from 'node:fs/promises';
import { DomainError } from '../core/errors.ts';
import type { Guid, MachineProcess } from '../core/model.ts';
import type {
  CheckpointRequest,
  Clock,
  GuestCopy,
  KeyAction,
  Machine,
  MachineCounters,
  MachineEvent,
  MachineFigures,
  MergeRequest,
  PointerAction,
  PointerState,
  StreamRequest,
} from '../core/ports.ts';
import type { AdapterSpec, DiskSpec, MachineSpec, SerialSpec } from '../core/machine-spec.ts';
import type { ImageTool } from '../core/disks/image-tool.ts';
import { type CheckpointedMachine, growImage, mergeImages, streamBelow, takeCheckpoint } from './checkpoint.ts';
import { DiskFailures } from './disk-failures.ts';
import type { DiskLocks } from './disk-locks.ts';
import { countersOf } from './counters.ts';
import { MachineDevices } from './devices.ts';
import { EventQueue } from './event-queue.ts';
import type { FaultPoint, Faults, FaultTarget } from './faults.ts';
import { figuresOf } from './figures.ts';
import { type GuestState, type GuestTimes, ranAt } from './guest.ts';
import { requireAgent } from './guest-facts.ts';
import { GuestFiles } from './guest-files.ts';
import { GuestInput } from './guest-input.ts';
import { LiveGuest } from './live-guest.ts';
import { drawScreen, type Picture } from './picture.ts';
import { removeRecord } from './record.ts';
import { savedStateOf, writeSavedState } from './saved-state.ts';

/** What a machine needs from its host. */
export interface MachineHost {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly locks: DiskLocks;
  readonly times: GuestTimes;
  readonly saveMs: number;
  /** Moves the data of merges; null: machines that have none. */
  readonly images: ImageTool | null;
  /** The machine has ended; its memory is free. */
  readonly onGone: (machine: SimulatedMachine) => void;
}

/** Until a call to a hypervisor that does not answer is given up. */
const ANSWER_LIMIT_MS = 10_000;

export class SimulatedMachine implements Machine, FaultTarget {
  readonly process: MachineProcess;
  readonly vncSocket = null;
  readonly failures: DiskFailures;
  readonly #spec: MachineSpec;
  readonly #host: MachineHost;
  readonly #events = new EventQueue();
  readonly #devices: MachineDevices;
  readonly #guest: LiveGuest;
  readonly #files = new GuestFiles();
  readonly #input: GuestInput;
  /** Running time that the guest had already when this process began: what it used then, another process has used. */
  readonly #ranBefore: number;
  #nmis = 0;
  #gone: Promise<void> | null = null;
  #saving: AbortController | null = null;

  constructor(host: MachineHost, spec: MachineSpec, process: MachineProcess, guest: GuestState) {
    this.#host = host;
    this.#spec = spec;
    this.process = process;
    this.#devices = new MachineDevices(spec, host.locks);
    this.#ranBefore = guest.ranMs;
    this.#guest = new LiveGuest(host, spec, process.pid, guest, {
      turnedOff: () => void this.#stop({ kind: 'stopped', by: 'guest', reason: null }),
      reset: () => this.#events.push({ kind: 'reset', by: 'guest' }),
      panicked: () => this.#events.push({ kind: 'guestPanicked' }),
    });
    this.#input = new GuestInput(this.#guest);
    this.failures = new DiskFailures(this.#guest, this.#events);
  }

  get id(): Guid {
    return this.#spec.id;
  }

  get state(): 'running' | 'paused' {
    return this.#guest.paused ? 'paused' : 'running';
  }

  get memoryMb(): number {
    return this.#guest.memoryMb;
  }

  /** For tests: what the guest was given. */
  inspect(): {
    readonly keys: readonly KeyAction[];
    readonly nmis: number;
    readonly word: number;
    readonly disks: readonly DiskSpec[];
    readonly adapters: readonly AdapterSpec[];
    /** A file that was copied to the guest. */
    file(path: string): Buffer | undefined;
  } {
    return {
      keys: this.#input.keys,
      nmis: this.#nmis,
      word: this.#guest.state.word,
      disks: this.#devices.disks,
      adapters: this.#devices.adapters,
      file: (path) => this.#files.get(path),
    };
  }

  /** Comes to life, new or adopted. */
  begin(): Promise<void> {
    return this.#guest.begin();
  }

  /** The service lets go; the machine goes on by its record. */
  async detach(): Promise<void> {
    this.#events.end();
    this.#gone ??= this.#guest.end();
    await this.#gone;
  }

  pause(): Promise<void> {
    return this.#call('pause', () => this.#guest.pause());
  }

  resume(): Promise<void> {
    return this.#call('resume', () => this.failures.resume());
  }

  reset(): Promise<void> {
    return this.#call('reset', () => this.#guest.reset());
  }

  shutdownGuest(): Promise<void> {
    return this.#call('shutdownGuest', () => this.#guest.ask('off'));
  }

  rebootGuest(): Promise<void> {
    return this.#call('rebootGuest', () => this.#guest.ask('reboot'));
  }

  async turnOff(): Promise<void> {
    if (this.#gone === null) this.#host.faults.check('turnOff', this.id);
    await this.#stop({ kind: 'stopped', by: 'host', reason: null });
  }

  async save(file: string, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    const { clock, faults, saveMs } = this.#host;
    await this.#exclusively(signal, (both) =>
      this.#guest.still((guest) => {
        const failHalfWay = (fraction: number): void => {
          // The hardest moment to fail: the guest is stopped and half a file is there.
          if (fraction >= 0.5) faults.check('save', this.id);
          progress(fraction);
        };
        return writeSavedState(
          file,
          savedStateOf(this.#spec, this.#devices.adapters, guest),
          clock,
          saveMs,
          failHalfWay,
          both,
        );
      }, 'stays'),
    );
    await this.#stop({ kind: 'stopped', by: 'host', reason: null });
  }

  checkpoint(request: CheckpointRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    return this.#exclusively(signal, (both) => takeCheckpoint(this.#checkpointed(), request, progress, both));
  }

  async tops(): Promise<ReadonlyMap<string, string>> {
    return new Map(this.#devices.disks.flatMap(({ id, image }) => (image === null ? [] : [[id, image.file]])));
  }

  merge(request: MergeRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    return this.#call('merge', () => mergeImages(this.#checkpointed(), request, progress, signal));
  }

  /** Below an overlay it only ever reads (disk-locks.ts). */
  shareBelow(): Promise<void> {
    return this.#call('shareBelow', () => undefined);
  }

  injectNmi(): Promise<void> {
    return this.#call('injectNmi', () => {
      this.#nmis += 1;
      this.#guest.nonMaskableInterrupt();
    });
  }

  screenshot(): Promise<Picture> {
    return this.#call('screenshot', () => {
      const { videoWidth, videoHeight } = this.figures();
      return drawScreen(videoWidth, videoHeight, this.#guest.isUp, this.process.pid);
    });
  }

  typeKeys(keys: readonly KeyAction[]): Promise<void> {
    return this.#call('typeKeys', () => this.#input.type(keys));
  }

  point(actions: readonly PointerAction[]): Promise<void> {
    return this.#call('point', () => {
      const { videoWidth: width, videoHeight: height } = this.figures();
      this.#input.point(actions, { width, height });
    });
  }

  get pointer(): PointerState {
    return this.#input.pointer;
  }

  setMemory(mb: number): Promise<void> {
    return this.#call('setMemory', () => {
      const maximum = this.#spec.memory.dynamic?.maximumMb ?? this.#spec.memory.mb;
      if (!Number.isSafeInteger(mb) || mb < 1)
        throw new DomainError('invalidParameter', `A machine cannot have ${mb} MB of memory.`);
      // What cannot be applied now is refused as invalid state (lifecycle §8).
      if (mb > maximum)
        throw new DomainError(
          'invalidState',
          `The running machine can have ${maximum} MB at most. Turn it off to give it more.`,
        );
      this.#guest.memoryMb = mb;
    });
  }

  changeMedium(diskId: string, image: DiskSpec['image']): Promise<void> {
    return this.#call('changeMedium', () => this.#devices.changeMedium(diskId, image));
  }

  addDisk(disk: DiskSpec): Promise<void> {
    return this.#call('addDisk', () => this.#devices.addDisk(disk));
  }

  removeDisk(diskId: string): Promise<void> {
    return this.#call('removeDisk', () => this.#devices.removeDisk(diskId));
  }

  addAdapter(adapter: AdapterSpec): Promise<void> {
    return this.#call('addAdapter', () => this.#devices.addAdapter(adapter));
  }

  removeAdapter(adapterId: string): Promise<void> {
    return this.#call('removeAdapter', () => this.#devices.removeAdapter(adapterId));
  }

  connectAdapter(adapter: AdapterSpec): Promise<void> {
    return this.#call('connectAdapter', () => this.#devices.connectAdapter(adapter));
  }

  connectSerial(port: SerialSpec): Promise<void> {
    return this.#call('connectSerial', () => this.#guest.connectSerial(port));
  }

  setIopsLimit(diskId: string, limit: number | null): Promise<void> {
    return this.#call('setIopsLimit', () => this.#devices.setIopsLimit(diskId, limit));
  }

  growDisk(diskId: string, bytes: number): Promise<void> {
    return this.#call('growDisk', () => growImage(this.#checkpointed(), diskId, bytes));
  }

  figures(): MachineFigures {
    return figuresOf(this.#guest, this.#spec, this.#devices.adapters);
  }

  counters(): MachineCounters {
    const ran = ranAt(this.#guest.state, this.#host.clock.now()) - this.#ranBefore;
    return countersOf(ran, this.#spec.processors, this.#devices);
  }

  events(): AsyncIterable<MachineEvent> {
    return this.#events.read();
  }

  crash(reason: string): void {
    void this.#stop({ kind: 'stopped', by: 'crash', reason });
  }

  hang(): void {
    this.#guest.hang();
  }

  useMemory(mb: number): void {
    this.#guest.usedMb = mb;
  }

  panic(): void {
    this.#guest.panic();
  }

  interfere(what: 'pause' | 'resume' | 'reset'): void {
    this.#background(this.#guest[what]());
    this.#events.push(
      what === 'reset' ? { kind: 'reset', by: 'host' } : { kind: what === 'pause' ? 'paused' : 'resumed' },
    );
  }

  copyToGuest(copy: GuestCopy, progress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
    return this.#call('copyToGuest', () => {
      requireAgent(this.figures());
      return this.#files.write(this.#host.clock, copy, progress, signal);
    });
  }

  setGuestTime(): Promise<void> {
    return this.#call('setGuestTime', () => {
      requireAgent(this.figures());
      return this.#guest.setClock();
    });
  }

  stream(request: StreamRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    return this.#call('merge', () => streamBelow(this.#checkpointed(), request, progress, signal));
  }

  /** What checkpoints and merges do to this machine. */
  #checkpointed(): CheckpointedMachine {
    const { clock, faults, images, saveMs } = this.#host;
    return {
      spec: this.#spec,
      devices: this.#devices,
      clock,
      images,
      saveMs,
      agentAnswers: () => this.figures().guestAgent === 'ok',
      fault: (point) => faults.check(point, this.id),
      still: (work) => this.#guest.still(work),
    };
  }

  /** One call of the port. */
  async #call<T>(point: FaultPoint, work: () => T | Promise<T>): Promise<T> {
    const { faults } = this.#host;
    if (this.#admits() === 'silence') await this.#noAnswer();
    faults.check(point, this.id);
    return work();
  }

  /** While it runs the machine takes no other call but to be turned off, which ends it. Its faults come later. */
  async #exclusively(signal: AbortSignal, work: (both: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#admits() === 'silence') await this.#noAnswer();
    const saving = new AbortController();
    this.#saving = saving;
    try {
      await work(AbortSignal.any([signal, saving.signal]));
    } finally {
      this.#saving = null;
    }
  }

  #admits(): 'call' | 'silence' {
    if (this.#gone !== null) throw new DomainError('invalidState', 'The machine is not running any more.');
    if (this.#saving !== null) throw new DomainError('invalidState', 'The machine is being saved. Wait until it is.');
    return this.#host.faults.isSilent(this.id) ? 'silence' : 'call';
  }

  async #noAnswer(): Promise<never> {
    await this.#host.clock.sleep(ANSWER_LIMIT_MS);
    throw new DomainError('timeout', 'The simulated hypervisor does not answer. Turn the machine off if this lasts.');
  }

  /** A change that no call waits for. Only the record can fail; it is written anew with the next change. */
  #background(change: Promise<void>): void {
    change.catch(() => undefined);
  }

  /** Resolves when nothing of the machine is left, whoever ended it. */
  #stop(event: MachineEvent & { readonly kind: 'stopped' }): Promise<void> {
    this.#gone ??= this.#end(event);
    return this.#gone;
  }

  async #end(event: MachineEvent & { readonly kind: 'stopped' }): Promise<void> {
    this.#saving?.abort(new DomainError('invalidState', 'The machine was turned off while it was being saved.'));
    await this.#guest.end();
    await removeRecord(this.#spec)
      .then(() => rmdir(this.#spec.runDirectory))
      .catch(() => undefined);
    this.#devices.releaseAll();
    this.#host.onGone(this);
    // Last: whoever hears it finds nothing of the machine any more.
    this.#events.push(event);
    this.#events.end();
  }
}
