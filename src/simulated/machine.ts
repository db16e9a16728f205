import { rmdir } from 'node:fs/promises';
import { DomainError } from '../core/errors.ts';
import type { Guid, MachineProcess } from '../core/model.ts';
import type {
  AdapterSpec,
  CheckpointRequest,
  Clock,
  DiskSpec,
  KeyAction,
  Machine,
  MachineEvent,
  MachineFigures,
  MachineSpec,
  MergeRequest,
  StreamRequest,
  SerialSpec,
} from '../core/ports.ts';
import type { ImageTool } from '../core/disks/image-tool.ts';
import { type CheckpointedMachine, mergeImages, streamBelow, takeCheckpoint } from './checkpoint.ts';
import type { DiskLocks } from './disk-locks.ts';
import { MachineDevices } from './devices.ts';
import { EventQueue } from './event-queue.ts';
import type { FaultPoint, Faults, FaultTarget } from './faults.ts';
import { askedDown, freeze, type GuestState, type GuestTimes, isUp, ranAt, rebooted, thaw } from './guest.ts';
import { drawScreen, type Picture } from './picture.ts';
import { removeRecord, writeRecord } from './record.ts';
import { writeSavedState } from './saved-state.ts';
import { SerialPorts } from './serial.ts';

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

/** Keys remembered for `inspect`. */
const MAX_KEYS = 256;

export class SimulatedMachine implements Machine, FaultTarget {
  readonly process: MachineProcess;
  readonly vncSocket = null;
  readonly #spec: MachineSpec;
  readonly #host: MachineHost;
  readonly #events = new EventQueue();
  readonly #devices: MachineDevices;
  readonly #serial: SerialPorts;
  readonly #keys: KeyAction[] = [];
  #guest: GuestState;
  #memoryMb: number;
  #nmis = 0;
  #gone = false;
  #saving: AbortController | null = null;
  /** Stops the one timer that a machine has while its guest is about to do something. */
  #timer: AbortController | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(host: MachineHost, spec: MachineSpec, process: MachineProcess, guest: GuestState) {
    this.#host = host;
    this.#spec = spec;
    this.process = process;
    this.#guest = guest;
    this.#memoryMb = spec.memory.mb;
    this.#devices = new MachineDevices(spec, host.locks);
    this.#serial = new SerialPorts((text) => this.#heard(text));
  }

  get id(): Guid {
    return this.#spec.id;
  }

  get state(): 'running' | 'paused' {
    return this.#guest.since === null ? 'paused' : 'running';
  }

  get memoryMb(): number {
    return this.#memoryMb;
  }

  /** For tests: what the guest was given. */
  inspect(): {
    readonly keys: readonly KeyAction[];
    readonly nmis: number;
    readonly word: number;
    readonly disks: readonly DiskSpec[];
    readonly adapters: readonly AdapterSpec[];
  } {
    return {
      keys: [...this.#keys],
      nmis: this.#nmis,
      word: this.#guest.word,
      disks: this.#devices.disks,
      adapters: this.#devices.adapters,
    };
  }

  /** Comes to life, new or adopted. */
  async begin(): Promise<void> {
    for (const port of this.#spec.serialPorts) await this.#serial.connect(port);
    await this.#store();
    this.#arm();
  }

  /** The service lets go; the machine goes on by its record. */
  async detach(): Promise<void> {
    this.#gone = true;
    this.#disarm();
    this.#events.end();
    await this.#writing;
    await this.#serial.close();
  }

  async pause(): Promise<void> {
    this.#check('pause');
    if (this.state === 'paused') return;
    await this.#change(freeze(this.#guest, this.#now()));
    this.#events.push({ kind: 'paused' });
  }

  async resume(): Promise<void> {
    this.#check('resume');
    if (this.state === 'running') return;
    await this.#change(thaw(this.#guest, this.#now()));
    this.#events.push({ kind: 'resumed' });
  }

  async reset(): Promise<void> {
    this.#check('reset');
    await this.#change(rebooted(this.#guest, ranAt(this.#guest, this.#now())));
    this.#events.push({ kind: 'reset', by: 'host' });
  }

  async shutdownGuest(): Promise<void> {
    this.#check('shutdownGuest');
    await this.#change(askedDown(this.#guest, this.#now(), 'off', this.#host.times));
  }

  async rebootGuest(): Promise<void> {
    this.#check('rebootGuest');
    await this.#change(askedDown(this.#guest, this.#now(), 'reboot', this.#host.times));
  }

  async turnOff(): Promise<void> {
    this.#check('turnOff', 'also while busy');
    await this.#stop({ kind: 'stopped', by: 'host', reason: null });
  }

  async save(file: string, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    this.#check('save', 'faults come later');
    const wasRunning = this.state === 'running';
    const saving = new AbortController();
    this.#saving = saving;
    try {
      // Not in the record: a save that a crash interrupts is undone, and the machine found is one that ran on (K18).
      this.#guest = freeze(this.#guest, this.#now());
      this.#arm();
      const state = { id: this.id, guest: this.#guest };
      const { clock, faults, saveMs } = this.#host;
      const failHalfWay = (fraction: number): void => {
        // The hardest moment to fail: the guest is stopped and half a file is there.
        if (fraction >= 0.5) faults.check('save', this.id);
        progress(fraction);
      };
      await writeSavedState(file, state, clock, saveMs, failHalfWay, AbortSignal.any([signal, saving.signal]));
    } catch (error) {
      if (!this.#gone && wasRunning) await this.#change(thaw(this.#guest, this.#now()));
      throw error;
    } finally {
      this.#saving = null;
    }
    await this.#stop({ kind: 'stopped', by: 'host', reason: null });
  }

  async checkpoint(
    request: CheckpointRequest,
    progress: (fraction: number) => void,
    signal: AbortSignal,
  ): Promise<void> {
    this.#check('checkpoint', 'faults come later');
    await this.#exclusively(signal, (both) => takeCheckpoint(this.#checkpointed(), request, progress, both));
  }

  async tops(): Promise<ReadonlyMap<string, string>> {
    return new Map(this.#devices.disks.flatMap(({ id, image }) => (image === null ? [] : [[id, image.file]])));
  }

  async merge(request: MergeRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    this.#check('merge');
    await mergeImages(this.#checkpointed(), request, progress, signal);
  }

  async stream(request: StreamRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    this.#check('merge');
    await streamBelow(this.#checkpointed(), request, progress, signal);
  }

  /** What checkpoints and merges do to this machine. */
  #checkpointed(): CheckpointedMachine {
    const { clock, faults, images, saveMs } = this.#host;
    return {
      id: this.id,
      devices: this.#devices,
      clock,
      images,
      saveMs,
      agentAnswers: () => this.figures().guestAgent === 'ok',
      fault: (point) => faults.check(point, this.id),
      still: async (work) => {
        const wasRunning = this.state === 'running';
        this.#guest = freeze(this.#guest, this.#now());
        this.#arm();
        try {
          return await work(this.#guest);
        } finally {
          if (!this.#gone && wasRunning) await this.#change(thaw(this.#guest, this.#now()));
        }
      },
    };
  }

  /** While it runs the machine takes no other call but to be turned off, which ends it. */
  async #exclusively(signal: AbortSignal, work: (both: AbortSignal) => Promise<void>): Promise<void> {
    const saving = new AbortController();
    this.#saving = saving;
    try {
      await work(AbortSignal.any([signal, saving.signal]));
    } finally {
      this.#saving = null;
    }
  }

  async injectNmi(): Promise<void> {
    this.#check('injectNmi');
    this.#nmis += 1;
  }

  async screenshot(): Promise<Picture> {
    this.#check('screenshot');
    const { videoWidth, videoHeight } = this.figures();
    return drawScreen(videoWidth, videoHeight, this.#isUp(), this.process.pid);
  }

  async typeKeys(keys: readonly KeyAction[]): Promise<void> {
    this.#check('typeKeys');
    this.#keys.push(...keys);
    this.#keys.splice(0, this.#keys.length - MAX_KEYS);
  }

  async setMemory(mb: number): Promise<void> {
    this.#check('setMemory');
    const maximum = this.#spec.memory.dynamic?.maximumMb ?? this.#spec.memory.mb;
    if (!Number.isSafeInteger(mb) || mb < 1)
      throw new DomainError('invalidParameter', `A machine cannot have ${mb} MB of memory.`);
    // What cannot be applied now is refused as invalid state (lifecycle §8).
    if (mb > maximum)
      throw new DomainError(
        'invalidState',
        `The running machine can have ${maximum} MB at most. Turn it off to give it more.`,
      );
    this.#memoryMb = mb;
  }

  async changeMedium(diskId: string, image: DiskSpec['image']): Promise<void> {
    this.#check('changeMedium');
    await this.#devices.changeMedium(diskId, image);
  }

  async addDisk(disk: DiskSpec): Promise<void> {
    this.#check('addDisk');
    await this.#devices.addDisk(disk);
  }

  async removeDisk(diskId: string): Promise<void> {
    this.#check('removeDisk');
    this.#devices.removeDisk(diskId);
  }

  async addAdapter(adapter: AdapterSpec): Promise<void> {
    this.#check('addAdapter');
    this.#devices.addAdapter(adapter);
  }

  async removeAdapter(adapterId: string): Promise<void> {
    this.#check('removeAdapter');
    this.#devices.removeAdapter(adapterId);
  }

  async connectAdapter(adapter: AdapterSpec): Promise<void> {
    this.#check('connectAdapter');
    this.#devices.connectAdapter(adapter);
  }

  async connectSerial(port: SerialSpec): Promise<void> {
    this.#check('connectSerial');
    await this.#serial.connect(port);
    this.#arm();
  }

  async setIopsLimit(diskId: string, limit: number | null): Promise<void> {
    this.#check('setIopsLimit');
    this.#devices.setIopsLimit(diskId, limit);
  }

  figures(): MachineFigures {
    const up = this.#isUp();
    const ran = ranAt(this.#guest, this.#now());
    return {
      processorLoadPercent: this.state === 'paused' ? 0 : up ? 2 : 60,
      memoryUsageMb: this.#memoryMb,
      guestMemory: up ? { availableMb: Math.floor(this.#memoryMb * 0.6), totalMb: this.#memoryMb } : null,
      guestAgent: up ? 'ok' : this.#guest.hung && ran >= this.#host.times.bootMs ? 'lost' : 'absent',
      guestOperatingSystem: up ? 'Simulated Guest' : null,
      videoWidth: up ? 1024 : 720,
      videoHeight: up ? 768 : 400,
    };
  }

  events(): AsyncIterable<MachineEvent> {
    return this.#events.read();
  }

  crash(reason: string): void {
    this.#background(() => this.#stop({ kind: 'stopped', by: 'crash', reason }));
  }

  ioError(disk: string | null, noSpace: boolean): void {
    this.#background(() => this.#change(freeze(this.#guest, this.#now())));
    const reason = noSpace ? 'No space is left on the device.' : 'The device reported an input/output error.';
    this.#events.push({ kind: 'ioError', disk, noSpace, reason });
  }

  hang(): void {
    this.#background(() => this.#change({ ...this.#guest, hung: true, pending: null }));
  }

  panic(): void {
    this.#background(() => this.#change({ ...this.#guest, hung: true, pending: null }));
    this.#events.push({ kind: 'guestPanicked' });
  }

  #now(): number {
    return this.#host.clock.now();
  }

  #isUp(): boolean {
    return isUp(this.#guest, this.#now(), this.#host.times);
  }

  #check(point: FaultPoint, special: 'also while busy' | 'faults come later' | null = null): void {
    if (this.#gone) throw new DomainError('invalidState', 'The machine is not running any more.');
    if (this.#saving !== null && special !== 'also while busy')
      throw new DomainError('invalidState', 'The machine is being saved. Wait until it is.');
    if (special !== 'faults come later') this.#host.faults.check(point, this.id);
  }

  /** A change that no call waits for. Only the record can fail; it is written anew with the next change. */
  #background(work: () => Promise<void>): void {
    work().catch(() => undefined);
  }

  /** New state of the guest: in the record when this resolves. */
  async #change(guest: GuestState): Promise<void> {
    this.#guest = guest;
    this.#arm();
    await this.#store();
  }

  #store(): Promise<void> {
    // One after the other; the last one wins, whatever the order in which the disk answers.
    this.#writing = this.#writing.then(() =>
      this.#gone
        ? undefined
        : writeRecord(this.#spec, {
            id: this.id,
            pid: this.process.pid,
            memoryMb: this.#spec.memory.mb,
            guest: this.#guest,
          }),
    );
    const written = this.#writing;
    this.#writing = written.catch(() => undefined);
    return written;
  }

  #disarm(): void {
    this.#timer?.abort();
    this.#timer = null;
  }

  /** Sets the timer to the next thing that the guest does by itself and somebody would notice. */
  #arm(): void {
    this.#disarm();
    const guest = this.#guest;
    if (this.#gone || guest.since === null) return;
    const ran = ranAt(guest, this.#now());
    const ready = guest.bootedAt + this.#host.times.bootMs;
    const next =
      guest.pending !== null ? guest.pending.at : this.#serial.connected && !guest.hung && ready > ran ? ready : null;
    if (next === null) return;
    const timer = new AbortController();
    this.#timer = timer;
    this.#host.clock.sleep(next - ran, timer.signal).then(
      () => this.#due(),
      () => undefined,
    );
  }

  #due(): void {
    this.#timer = null;
    if (this.#gone) return;
    const { pending } = this.#guest;
    if (pending === null) this.#serial.print(`VSMS-SIMULATED READY mem=${this.#memoryMb}\r\n`);
    else if (pending.kind === 'off' || this.#spec.offOnReboot)
      this.#background(() => this.#stop({ kind: 'stopped', by: 'guest', reason: null }));
    else this.#resetByGuest(pending.at);
  }

  #resetByGuest(at: number): void {
    this.#background(() => this.#change(rebooted(this.#guest, at)));
    this.#events.push({ kind: 'reset', by: 'guest' });
  }

  /** The letters of the test guests: i information, w write a word, s turn off, b reset, f fault. */
  #heard(text: string): void {
    if (this.#gone || this.state === 'paused' || !this.#isUp()) return;
    const ran = ranAt(this.#guest, this.#now());
    for (const letter of text) {
      if (letter === 'i')
        this.#serial.print(`INFO ticks=${Math.floor(ran / 10)} seq=${this.#guest.word} mem=${this.#memoryMb}\r\n`);
      else if (letter === 'w') {
        this.#background(() => this.#change({ ...this.#guest, word: this.#guest.word + 1 }));
        this.#serial.print(`P ${this.#guest.word}\r\n`);
      } else if (letter === 's') {
        this.#serial.print('BYE\r\n');
        this.#background(() => this.#stop({ kind: 'stopped', by: 'guest', reason: null }));
        return;
      } else if (letter === 'b' || letter === 'f') {
        if (this.#spec.offOnReboot) this.#background(() => this.#stop({ kind: 'stopped', by: 'guest', reason: null }));
        else this.#resetByGuest(ran);
        return;
      }
    }
  }

  async #stop(event: MachineEvent & { readonly kind: 'stopped' }): Promise<void> {
    if (this.#gone) return;
    this.#gone = true;
    this.#disarm();
    this.#saving?.abort(new DomainError('invalidState', 'The machine was turned off while it was being saved.'));
    this.#devices.releaseAll();
    this.#host.onGone(this);
    await this.#writing;
    await this.#serial.close();
    await removeRecord(this.#spec)
      .then(() => rmdir(this.#spec.runDirectory))
      .catch(() => undefined);
    // Last: whoever hears it finds nothing of the machine any more.
    this.#events.push(event);
    this.#events.end();
  }
}
