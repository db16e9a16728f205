import type { Clock, KeyAction, PointerAction } from '../core/ports.ts';
import type { MachineSpec, SerialSpec } from '../core/machine-spec.ts';
import { DomainError } from '../core/errors.ts';
import {
  askedDown,
  freeze,
  type GuestState,
  type GuestTimes,
  isUp,
  ranAt,
  rebooted,
  thaw,
  withClockSet,
} from './guest.ts';
import { writeRecord } from './record.ts';
import { SerialPorts } from './serial.ts';

/** What a guest does by itself and others must hear of. */
export interface GuestDeeds {
  turnedOff(): void;
  reset(): void;
  panicked(): void;
}

interface GuestHost {
  readonly clock: Clock;
  readonly times: GuestTimes;
}

/** Ctrl, Alt and Delete, by their virtual-key codes: most guests restart. */
const RESTART_KEYS = [0x11, 0x12, 0x2e];

/** The guest of a running machine: its state, its record, its one timer, and what it says on its serial ports. */
export class LiveGuest {
  readonly #host: GuestHost;
  readonly #spec: MachineSpec;
  readonly #pid: number;
  readonly #deeds: GuestDeeds;
  readonly #serial: SerialPorts;
  #state: GuestState;
  #memoryMb: number;
  #usedMb: number;
  #ended = false;
  #showsKeys = false;
  #showsMouse = false;
  /** Of a mouse with three buttons, as it reports them. */
  #buttons = 0;
  #held: readonly number[] = [];
  /** Stops the one timer that a guest has while it is about to do something. */
  #timer: AbortController | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(host: GuestHost, spec: MachineSpec, pid: number, state: GuestState, deeds: GuestDeeds) {
    this.#host = host;
    this.#spec = spec;
    this.#pid = pid;
    this.#deeds = deeds;
    this.#state = state;
    this.#memoryMb = spec.memory.mb;
    this.#usedMb = Math.ceil(spec.memory.mb * 0.4);
    this.#serial = new SerialPorts((text) => this.#heard(text));
  }

  get state(): GuestState {
    return this.#state;
  }

  get paused(): boolean {
    return this.#state.since === null;
  }

  get isUp(): boolean {
    return isUp(this.#state, this.#now(), this.#host.times);
  }

  /** It was up once, and says nothing any more. */
  get isLost(): boolean {
    return this.#state.hung && ranAt(this.#state, this.#now()) >= this.#host.times.bootMs;
  }

  get memoryMb(): number {
    return this.#memoryMb;
  }

  set memoryMb(mb: number) {
    this.#memoryMb = mb;
  }

  /** What the guest has left of its memory. */
  get availableMb(): number {
    return Math.max(0, this.#memoryMb - this.#usedMb);
  }

  set usedMb(mb: number) {
    this.#usedMb = mb;
  }

  /** Comes to life, new or adopted. */
  async begin(): Promise<void> {
    for (const port of this.#spec.serialPorts) await this.#serial.connect(port);
    await this.#change(this.#state);
  }

  /** No more of it: the machine is gone, or goes on without us, as it was last. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#disarm();
    await this.#writing;
    await this.#serial.close();
  }

  pause(): Promise<void> {
    return this.#change(freeze(this.#state, this.#now()));
  }

  resume(): Promise<void> {
    return this.#change(thaw(this.#state, this.#now()));
  }

  /** From outside: its memory is lost. A paused one stays so. */
  reset(): Promise<void> {
    return this.#change(rebooted(this.#state, ranAt(this.#state, this.#now())));
  }

  setClock(): Promise<void> {
    return this.#change(withClockSet(this.#state));
  }

  ask(kind: 'off' | 'reboot'): Promise<void> {
    return this.#change(askedDown(this.#state, this.#now(), kind, this.#host.times));
  }

  /**
   * Stands still while `work` runs and then goes on as before, unless the machine has ended. Not in the record: what a
   * crash interrupts is undone, and the machine found is one that ran on (K18).
   */
  async still<T>(work: (state: GuestState) => Promise<T>, then: 'goes on' | 'stays' = 'goes on'): Promise<T> {
    const wasRunning = !this.paused;
    this.#state = freeze(this.#state, this.#now());
    this.#arm();
    let stays = false;
    try {
      const result = await work(this.#state);
      stays = then === 'stays';
      return result;
    } finally {
      if (!this.#ended && wasRunning && !stays) await this.resume();
    }
  }

  hang(): void {
    this.#background(this.#change({ ...this.#state, hung: true, pending: null }));
  }

  panic(): void {
    this.hang();
    this.#deeds.panicked();
  }

  nonMaskableInterrupt(): void {
    if (this.#listens()) this.#serial.print('NMI\r\n');
  }

  keys(keys: readonly KeyAction[]): void {
    if (!this.#listens()) return;
    for (const { keyCode, action } of keys) {
      if (this.#showsKeys) this.#serial.print(`K ${keyCode}\r\n`);
      const others = this.#held.filter((held) => held !== keyCode);
      this.#held = action === 'press' ? [...others, keyCode] : others;
    }
    const pressed = new Set(keys.filter(({ action }) => action === 'press').map(({ keyCode }) => keyCode));
    if (RESTART_KEYS.every((key) => pressed.has(key) || this.#held.includes(key))) this.#restart();
  }

  /** Its mouse is that of the nano guest, which counts steps; absolute places are for guests with a driver. */
  pointer(actions: readonly PointerAction[]): void {
    if (!this.#listens()) return;
    for (const action of actions) {
      if (action.kind === 'button' && action.button <= 3) {
        const bit = 1 << (action.button - 1);
        this.#buttons = action.down ? this.#buttons | bit : this.#buttons & ~bit;
        this.#reportMouse(0, 0);
      } else if (action.kind === 'moveBy') this.#reportMouse(action.x, action.y);
    }
  }

  async connectSerial(port: SerialSpec): Promise<void> {
    if (this.#spec.serialPorts.every(({ id }) => id !== port.id))
      throw new DomainError('invalidParameter', 'The machine has no such serial port.');
    await this.#serial.connect(port);
    this.#arm();
  }

  #reportMouse(right: number, down: number): void {
    if (this.#showsMouse) this.#serial.print(`M ${this.#buttons} ${right} ${down}\r\n`);
  }

  #now(): number {
    return this.#host.clock.now();
  }

  #listens(): boolean {
    return !this.#ended && !this.paused && this.isUp;
  }

  /** New state: in the record when this resolves. */
  async #change(state: GuestState): Promise<void> {
    this.#state = state;
    this.#arm();
    await this.#store();
  }

  /** A change that no call waits for. Only the record can fail; it is written anew with the next change. */
  #background(change: Promise<void>): void {
    change.catch(() => undefined);
  }

  #store(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    // As it is now, for `still` is not in the record. One after the other; the last one wins, whatever the order in which
    // the disk answers.
    const guest = this.#state;
    const { id, memory } = this.#spec;
    const written = this.#writing.then(() =>
      writeRecord(this.#spec, { id, pid: this.#pid, memoryMb: memory.mb, guest }),
    );
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
    const guest = this.#state;
    if (this.#ended || guest.since === null) return;
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
    if (this.#ended) return;
    const { pending } = this.#state;
    if (pending === null) this.#serial.print(`VSMS-SIMULATED READY mem=${this.#memoryMb}\r\n`);
    else if (pending.kind === 'off') this.#deeds.turnedOff();
    else this.#restart();
  }

  /** By itself: with TurnOffOnGuestRestart its end. */
  #restart(): void {
    if (this.#spec.offOnReboot) {
      this.#deeds.turnedOff();
      return;
    }
    const { pending } = this.#state;
    this.#background(this.#change(rebooted(this.#state, pending?.at ?? ranAt(this.#state, this.#now()))));
    this.#deeds.reset();
  }

  /** The letters of the nano guest of test/guests. */
  #heard(text: string): void {
    for (const letter of text) {
      if (!this.#listens()) return;
      this.#obey(letter);
    }
  }

  /** What it says that it has written is still there when the service is killed. */
  async #write(): Promise<void> {
    const word = this.#state.word + 1;
    await this.#change({ ...this.#state, word });
    this.#serial.print(`WROTE ${word}\r\n`);
  }

  #obey(letter: string): void {
    const ticks = Math.floor(ranAt(this.#state, this.#now()) / 10);
    switch (letter) {
      case 'i':
        this.#serial.print(`INFO ticks=${ticks} seq=${this.#state.word} mem=${this.#memoryMb}\r\n`);
        break;
      case 'w':
        this.#background(this.#write());
        break;
      case 'k':
        this.#showsKeys = !this.#showsKeys;
        break;
      case 'm':
        this.#showsMouse = !this.#showsMouse;
        break;
      case 'p':
        this.panic();
        break;
      case 's':
        this.#serial.print('BYE\r\n');
        this.#deeds.turnedOff();
        break;
      case 'b':
      case 'f':
        this.#restart();
        break;
    }
  }
}
