import { pointed, UNTOUCHED_POINTER } from '../../core/devices/pointer.ts';
import { DomainError } from '../../core/errors.ts';
import type { MachineProcess } from '../../core/model.ts';
import type {
  CheckpointRequest,
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
} from '../../core/ports.ts';
import type { AdapterSpec, DiskSpec, SerialSpec } from '../../core/machine-spec.ts';
import { QmpError } from '../../qmp/errors.ts';
import { serveAgain } from '../attach.ts';
import { releaseMachine } from '../release.ts';
import { killProcess, waitUntilGone } from '../supervise/process-identity.ts';
import { askGuest } from './ask-guest.ts';
import { topFiles } from './chain.ts';
import { continueGuest } from './continue-guest.ts';
import { takeCheckpoint, thaw } from './checkpoint.ts';
import { recordOf, touch, type MachineContext } from './context.ts';
import { addDisk, changeMedium, removeDisk, setIopsLimit } from './drives.ts';
import { CounterSampler } from './counters.ts';
import { FigureSampler } from './figures.ts';
import { GuestAgent } from './guest-agent.ts';
import { copyToGuest } from './guest-files.ts';
import { growDisk } from './grow-disk.ts';
import { mergeFile } from './merge.ts';
import { movePointer } from './move-pointer.ts';
import { addAdapter, connectAdapter, removeAdapter } from './network.ts';
import { pressButton } from './press-button.ts';
import { asking } from './qemu-error.ts';
import { renewAdapters } from './renew-adapters.ts';
import { resetMachine, settleReset } from './reset.ts';
import { writeSavedState } from './save.ts';
import { takeScreenshot, type Picture } from './screen.ts';
import { connectSerial } from './serial.ts';
import { shareBelow } from './serve-below.ts';
import { streamFile } from './stream.ts';
import { MEMORY, requireRecorded, takeBackDrives, takeBackOthers } from './take-back.ts';
import { CTRL_ALT_DELETE, typeKeys } from './type-keys.ts';

/** QEMU flushes its disks before it goes; a disk that hangs must not keep a machine from being turned off. */
const QUIT_LIMIT_MS = 10_000;
const ANSWER_LIMIT_MS = 3000;
const AGENT_LIMIT_MS = 2000;
/** For a guest to end after its agent has agreed, until the ACPI power button is pressed as well. */
const AGENT_GRACE_MS = 5_000;

/** One QEMU process under our hand. All operations have their time limit inside and reject with DomainError. */
export class QemuMachine implements Machine {
  readonly id: string;
  readonly process: MachineProcess;
  readonly vncSocket: string;
  readonly #context: MachineContext;
  readonly #agent: GuestAgent;
  readonly #counters: CounterSampler;
  readonly #sampler: FigureSampler;
  readonly #gone = Promise.withResolvers<void>();
  #cleared = false;
  #pointer = UNTOUCHED_POINTER;
  /** What a former service changed and nobody recorded is being taken back; never rejects. */
  #takenBack: Promise<void> = Promise.resolve();
  /** The end of a reset, while its firmware is still about it. */
  #settling: Promise<void> | null = null;

  constructor(context: MachineContext, sockets: { readonly agent: string; readonly vnc: string }) {
    this.#context = context;
    this.id = context.id;
    this.process = context.monitor.process;
    this.vncSocket = sockets.vnc;
    this.#agent = new GuestAgent(sockets.agent);
    this.#counters = new CounterSampler(context);
    this.#sampler = new FigureSampler({
      monitor: context.monitor,
      agent: this.#agent,
      counters: this.#counters,
      vncSocket: sockets.vnc,
      processors: context.spec.processors,
      log: context.host.log,
    });
  }

  /** Starts delivery of events and figures; `onGone` is told when the process is gone and cleared away. */
  follow(onGone: (machine: QemuMachine) => void): void {
    const { monitor, edges } = this.#context;
    monitor.watch({
      event: (event) => edges.take(event),
      reconnected: () => void this.#afterReconnect(),
      gone: () => void this.#clearAway(onGone),
    });
    this.#sampler.start();
    if (this.#context.host.records.get(this.id)?.resetting === true) void this.#settle();
    renewAdapters(this.#context);
  }

  /** A former service may have died between a change of a device and its record. Resolves when the drives are settled and served; never rejects. */
  async takeBack(): Promise<void> {
    const { host } = this.#context;
    const failed = (error: unknown): void =>
      host.log.error({ err: error, system: this.id }, 'devices of a machine may be other than its settings say');
    await takeBackDrives(this.#context).catch(failed);
    // Not before: of a drive that went nobody serves anything.
    if (host.records.get(this.id)?.awaitsDaemons === true)
      await serveAgain(host, this.#context, this.#context.disks.values()).catch(failed);
    this.#takenBack = takeBackOthers(this.#context).catch(failed);
  }

  /** A former service died while it had the guest's file systems at rest. */
  wakeFileSystems(): void {
    thaw(this.#context, this.#agent).catch((error: unknown) =>
      this.#context.host.log.error({ err: error, system: this.id }, 'the file systems of a guest may be at rest'),
    );
  }

  /** Lets go; the guest goes on. */
  detach(): void {
    this.#sampler.stop();
    this.#context.monitor.detach();
    this.#context.edges.detach();
  }

  copyToGuest(copy: GuestCopy, progress: (bytes: number) => void, signal: AbortSignal): Promise<void> {
    return copyToGuest(this.#agent, copy, progress, signal);
  }

  /** In nanoseconds, of which a double tells apart as many as anybody needs. */
  async setGuestTime(): Promise<void> {
    await askGuest(this.#agent, 'guest-set-time', { time: Date.now() * 1e6 });
  }

  pause(): Promise<void> {
    const { monitor, edges } = this.#context;
    return this.#ask('be paused', () => edges.silence(['STOP'], async () => void (await monitor.execute('stop', {}))));
  }

  resume(): Promise<void> {
    const { edges } = this.#context;
    return this.#ask('be resumed', async () => {
      await edges.silence(['RESUME'], () => continueGuest(this.#context));
      // What a former service had stopped for the end of a merge.
      const { records } = this.#context.host;
      if (records.get(this.id)?.phase === 'merging') await records.change(this.id, { phase: 'running' });
      await this.#settling;
    });
  }

  /** The reset takes place after QEMU's answer: its event is waited for. */
  reset(): Promise<void> {
    const { monitor, edges, spec } = this.#context;
    return this.#ask('be reset', async () => {
      await edges.silence(['RESET'], () => resetMachine(this.#context));
      if (!spec.offOnReboot) return;
      const settled = this.#settle();
      if ((await monitor.execute('query-status', {})).running) await settled;
    });
  }

  shutdownGuest(): Promise<void> {
    return this.#ask('be shut down', async () => {
      if (await this.#askAgent('powerdown')) this.#pressButtonLater();
      else await pressButton(this.#context);
    });
  }

  /** ACPI knows no reboot button: without an agent it is Ctrl+Alt+Del, which most guests take for one. */
  rebootGuest(): Promise<void> {
    return this.#ask('be rebooted', async () => {
      if (!(await this.#askAgent('reboot'))) await typeKeys(this.#context, CTRL_ALT_DELETE);
    });
  }

  turnOff(): Promise<void> {
    return asking('be turned off', () => this.#end());
  }

  save(file: string, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    const { edges } = this.#context;
    return this.#ask('be saved', async () => {
      await this.#takenBack;
      await requireRecorded(this.#context);
      await edges.silence(['STOP', 'RESUME'], () => writeSavedState(this.#context, file, progress, signal));
      await this.#end();
    });
  }

  checkpoint(request: CheckpointRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    const { edges } = this.#context;
    return this.#ask('take a checkpoint', async () => {
      await this.#takenBack;
      if (request.memory !== null) await requireRecorded(this.#context);
      await edges.silence(['STOP', 'RESUME'], () =>
        takeCheckpoint(this.#context, this.#agent, request, progress, signal),
      );
    });
  }

  tops(): Promise<ReadonlyMap<string, string>> {
    return this.#ask('tell its disks', () => topFiles(this.#context));
  }

  merge(request: MergeRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    return this.#ask('merge a disk', () => mergeFile(this.#context, request, progress, signal));
  }

  shareBelow(): Promise<void> {
    return this.#ask('share its disks', () => shareBelow(this.#context));
  }

  stream(request: StreamRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void> {
    return this.#ask('copy a disk', () => streamFile(this.#context, request, progress, signal));
  }

  injectNmi(): Promise<void> {
    return this.#ask('take an NMI', async () => void (await this.#context.monitor.execute('inject-nmi', {})));
  }

  screenshot(): Promise<Picture> {
    return this.#ask('give a picture', async () => {
      const picture = await takeScreenshot(this.#context);
      this.#sampler.noteDisplay(picture.width, picture.height);
      return picture;
    });
  }

  typeKeys(keys: readonly KeyAction[]): Promise<void> {
    return this.#ask('take keys', () => typeKeys(this.#context, keys));
  }

  point(actions: readonly PointerAction[]): Promise<void> {
    return this.#ask('take the pointer', () =>
      movePointer(this.#context, this.vncSocket, actions, (action) => {
        this.#pointer = pointed(this.#pointer, action);
      }),
    );
  }

  get pointer(): PointerState {
    return this.#pointer;
  }

  setMemory(mb: number): Promise<void> {
    return this.#ask('change its memory', async () => {
      const { memoryMb } = recordOf(this.#context);
      if (!Number.isSafeInteger(mb) || mb < 1)
        throw new DomainError('invalidParameter', `A machine cannot have ${mb} MB of memory.`);
      // What cannot be applied now is refused as invalid state (lifecycle §8).
      if (mb > memoryMb) {
        throw new DomainError(
          'invalidState',
          `The running machine can have ${memoryMb} MB at most. Turn it off to give it more.`,
        );
      }
      if (this.#context.spec.memory.dynamic === null && recordOf(this.#context).touched[MEMORY] === undefined)
        await touch(this.#context, MEMORY);
      await this.#context.monitor.execute('balloon', { value: mb * 1024 * 1024 });
    });
  }

  changeMedium(diskId: string, image: DiskSpec['image']): Promise<void> {
    return this.#ask('change the medium', () => changeMedium(this.#context, diskId, image));
  }

  addDisk(disk: DiskSpec): Promise<void> {
    return this.#ask('take the drive', () => addDisk(this.#context, disk));
  }

  removeDisk(diskId: string): Promise<void> {
    return this.#ask('give the drive back', () => removeDisk(this.#context, diskId));
  }

  addAdapter(adapter: AdapterSpec): Promise<void> {
    return this.#askDevice('take the network adapter', () => addAdapter(this.#context, adapter));
  }

  removeAdapter(adapterId: string): Promise<void> {
    return this.#askDevice('give the network adapter back', () => removeAdapter(this.#context, adapterId));
  }

  connectAdapter(adapter: AdapterSpec): Promise<void> {
    return this.#askDevice('connect the network adapter', () => connectAdapter(this.#context, adapter));
  }

  connectSerial(port: SerialSpec): Promise<void> {
    return this.#askDevice('connect the serial port', () => connectSerial(this.#context, port));
  }

  setIopsLimit(diskId: string, limit: number | null): Promise<void> {
    return this.#ask('limit the drive', () => setIopsLimit(this.#context, diskId, limit));
  }

  growDisk(diskId: string, bytes: number): Promise<void> {
    return this.#ask('make the disk larger', () => growDisk(this.#context, diskId, bytes));
  }

  figures(): MachineFigures {
    return this.#sampler.figures;
  }

  counters(): MachineCounters {
    return this.#counters.counters;
  }

  events(): AsyncIterable<MachineEvent> {
    return this.#context.edges.events();
  }

  /** One call of the port. */
  #ask<T>(what: string, work: () => Promise<T>): Promise<T> {
    return asking(what, () => {
      if (this.#cleared)
        throw new DomainError('invalidState', `The machine could not ${what}: it does not run any more.`);
      return work();
    });
  }

  /** Not before the device is what the former service's record says. */
  #askDevice(what: string, work: () => Promise<void>): Promise<void> {
    return this.#ask(what, async () => {
      await this.#takenBack;
      await work();
    });
  }

  /** Never rejects: a machine that is gone has nothing to settle. */
  #settle(): Promise<void> {
    const { host } = this.#context;
    this.#settling ??= settleReset(this.#context)
      .catch((error: unknown) => host.log.warn({ err: error, system: this.id }, 'a reset is not settled'))
      .finally(() => (this.#settling = null));
    return this.#settling;
  }

  /** The agent says yes before it tries, and says nothing when the guest has no program to shut down with. */
  #pressButtonLater(): void {
    const timer = setTimeout(() => {
      // A machine that is gone by now has done what it was asked.
      pressButton(this.#context).catch(() => undefined);
    }, AGENT_GRACE_MS);
    timer.unref();
    void this.#gone.promise.then(() => clearTimeout(timer));
  }

  async #askAgent(mode: 'powerdown' | 'reboot'): Promise<boolean> {
    if (this.#sampler.figures.guestAgent === 'absent') return false;
    return this.#agent.shutdown(mode, AGENT_LIMIT_MS).then(
      () => true,
      () => false,
    );
  }

  /** Ends the process: politely, then for sure (a stopped QEMU, or one that hangs on a disk). Resolves when all is cleared away. */
  async #end(): Promise<void> {
    const { monitor, edges } = this.#context;
    edges.expectEnd();
    const listens = await monitor.execute('quit', {}, { timeoutMs: ANSWER_LIMIT_MS }).then(
      () => true,
      // It may close before it answers, or be gone already; one that does not answer need not be waited for.
      (error: unknown) => error instanceof QmpError && error.failure === 'closed',
    );
    if (!(await waitUntilGone(this.process, listens ? QUIT_LIMIT_MS : 0))) await killProcess(this.process);
    await this.#gone.promise;
  }

  async #clearAway(onGone: (machine: QemuMachine) => void): Promise<void> {
    this.#sampler.stop();
    try {
      await releaseMachine(this.#context.host, this.id);
    } catch (error) {
      this.#context.host.log.error({ err: error, system: this.id }, 'a machine that ended is not cleared away');
    }
    this.#cleared = true;
    // Whoever hears of the end may start the machine again at once.
    onGone(this);
    this.#context.edges.end();
    this.#gone.resolve();
  }

  /** Edges were lost while there was no connection: at least the state is told as it is now. */
  async #afterReconnect(): Promise<void> {
    const { monitor, edges, host } = this.#context;
    try {
      const { status, running } = await monitor.execute('query-status', {});
      if (running) edges.push({ kind: 'resumed' });
      else if (status === 'io-error')
        edges.push({ kind: 'ioError', disk: null, noSpace: false, reason: 'stopped by a disk' });
      else if (status === 'paused') edges.push({ kind: 'paused' });
    } catch (error) {
      host.log.warn({ err: error, system: this.id }, 'state of QEMU is not known after a new connection');
    }
  }
}
