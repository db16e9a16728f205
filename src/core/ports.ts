import type { FileHandle } from 'node:fs/promises';
import type { Guid, HostFacts, Instant, MachineProcess } from './model.ts';
import type { AdapterSpec, BackingImage, DiskImage, DiskSpec, MachineSpec, SerialSpec } from './machine-spec.ts';

/** Time, so that tests and the simulated hypervisor can run it faster. */
export interface Clock {
  now(): Instant;
  /** Monotonic milliseconds. */
  monotonic(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Calls `work` some milliseconds later, and answers how to call it off. In real time, also where the clock is a virtual one:
 * what is waited for, such as room on a disk, does not come by the passing of simulated hours. Keeps no process alive.
 */
export type Later = (ms: number, work: () => void) => () => void;

// ---------------------------------------------------------------- store

/** Tables of the store. Values are plain JSON data; 64-bit integers are written by `encode` in store/. */
export type StoreTable = 'systems' | 'jobs' | 'switches' | 'settings' | 'boot' | 'users' | 'audit' | 'plans';

/** Put (`value` an object) or delete (`value` null) of one record. */
export interface StoreChange {
  readonly table: StoreTable;
  readonly key: string;
  readonly value: unknown;
}

/**
 * The only truth (decisions K11). `commit` is atomic and durable: when it resolves, the change survives a power cut.
 * Concurrent commits may share one fsync (group commit).
 */
export interface Store {
  load(table: StoreTable): Promise<ReadonlyMap<string, unknown>>;
  commit(changes: readonly StoreChange[]): Promise<void>;
  close(): Promise<void>;
}

// ---------------------------------------------------------------- hypervisor

/** What happens to a machine outside of a call: an edge, delivered once. What a call does is not told, but for the end. */
export type MachineEvent =
  /** The process is gone. `by`: guest turned off, a call asked for it, or it died. */
  | { readonly kind: 'stopped'; readonly by: 'guest' | 'host' | 'crash'; readonly reason: string | null }
  | { readonly kind: 'reset'; readonly by: 'guest' | 'host' }
  | { readonly kind: 'paused' }
  | { readonly kind: 'resumed' }
  /** Paused by the hypervisor because a disk failed or is full. */
  | { readonly kind: 'ioError'; readonly disk: string | null; readonly noSpace: boolean; readonly reason: string }
  /** All disks of a machine that one of them has paused answer again, after an outage of what serves them. It stays paused. */
  | { readonly kind: 'diskBack' }
  | { readonly kind: 'guestPanicked' };

/** What a guest tells of itself by its agent. It may say anything: texts are printable and short, addresses are addresses. */
export interface GuestFacts {
  readonly hostName: string | null;
  /** Version of its system, such as 12 or 10.0. */
  readonly version: string | null;
  /** Release of its kernel. */
  readonly kernel: string | null;
  /** As the guest calls it, such as x86_64. */
  readonly architecture: string | null;
  readonly interfaces: readonly GuestInterface[];
  /** By how much its clock is behind that of the host, in milliseconds; less than nothing: before it. Null: it does not tell. */
  readonly clockBehindMs: number | null;
  /** What programs in it tell the host, under names of their own. */
  readonly exchange: readonly { readonly name: string; readonly data: string }[];
}

export interface GuestInterface {
  /** 12 hex digits, upper case. */
  readonly mac: string;
  readonly addresses: readonly { readonly address: string; readonly prefixLength: number }[];
}

/** Figures of a running machine, sampled in the background; never waited for by a read. */
export interface MachineFigures {
  readonly processorLoadPercent: number;
  readonly memoryUsageMb: number;
  readonly guestMemory: { readonly availableMb: number; readonly totalMb: number } | null;
  readonly guestAgent: 'ok' | 'absent' | 'lost';
  readonly guestOperatingSystem: string | null;
  readonly guest: GuestFacts | null;
  readonly videoWidth: number;
  readonly videoHeight: number;
}

/**
 * What a machine has used since its process began, sampled in the background as the figures are. A number may begin anew
 * (an adapter that is plugged anew); what is not known is not there.
 */
export interface MachineCounters {
  readonly processorMs: number;
  /** By drive. */
  readonly disks: ReadonlyMap<string, DiskCounters>;
  /** By adapter. */
  readonly adapters: ReadonlyMap<string, AdapterCounters>;
}

export interface DiskCounters {
  readonly readBytes: number;
  readonly writtenBytes: number;
  /** Reads and writes. */
  readonly operations: number;
  /** Time that they took together. */
  readonly busyMs: number;
}

/** As the guest sees it. */
export interface AdapterCounters {
  readonly receivedBytes: number;
  readonly sentBytes: number;
}

/**
 * One running machine. All calls have a time limit inside and reject with DomainError: `timeout` when the hypervisor does
 * not answer, `invalidState` when the machine is gone.
 */
export interface Machine {
  readonly id: Guid;
  readonly process: MachineProcess;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Boots the guest anew; one that is paused stays paused. */
  reset(): Promise<void>;
  /** Ask the guest to turn off (guest agent when it answers, else ACPI power button). Resolves when asked, not when off. */
  shutdownGuest(): Promise<void>;
  rebootGuest(): Promise<void>;
  /** Hard power off; resolves when the process is gone, also if it was gone already. */
  turnOff(): Promise<void>;
  /**
   * Stop the guest, write memory and device state to `file`, end the process. On failure the guest goes on. The file has
   * its name only when it is complete and durable (`<file>.<ending>` before), and so before the process ends.
   */
  save(file: string, progress: (fraction: number) => void, signal: AbortSignal): Promise<void>;
  /**
   * Disks, and memory if a file for it is given, of one moment; the guest then goes on as it was, writing to the overlays.
   * When it rejects, the guest goes on too, over the images it had or over the overlays: `tops` tells. The memory file has
   * its name only when it is complete and durable.
   */
  checkpoint(request: CheckpointRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void>;
  /** File on top of each drive that is not empty, by drive, as the machine writes to it now. */
  tops(): Promise<ReadonlyMap<string, string>>;
  /**
   * Moves what one file of a drive's chain holds into the file below it and takes it out of the chain, while the guest
   * runs. Nothing the guest reads changes at any moment; interrupted, it may be begun again. Resolves at once when the
   * file is not in the chain any more.
   */
  merge(request: MergeRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void>;
  /**
   * Lets other machines read what lies below the overlays of its drives, where it had that open to merge into it; the next merge
   * takes it back, and fails while they read. Nothing the guest reads changes. Rejects with DomainError `fileInUse` where it cannot.
   */
  shareBelow(): Promise<void>;
  /**
   * Copies what lies below one file of a drive's chain into it, while the guest runs; it lies over nothing then, and what
   * served the files below goes. Nothing the guest reads changes; interrupted, it may be begun again, and goes on where it
   * was.
   */
  stream(request: StreamRequest, progress: (fraction: number) => void, signal: AbortSignal): Promise<void>;
  /**
   * Writes a file in the guest, by its agent. When it rejects, the guest has none of it, or a part where the agent cannot remove it.
   * `progress`: bytes.
   */
  copyToGuest(copy: GuestCopy, progress: (bytes: number) => void, signal: AbortSignal): Promise<void>;
  /** Sets the guest's clock to that of the host, by its agent. Rejects with `timeout` when none answers, `failed` when it refuses. */
  setGuestTime(): Promise<void>;
  injectNmi(): Promise<void>;
  /** Picture of the first display as RGB, 3 bytes a pixel, row 0 on top. */
  screenshot(): Promise<{ readonly width: number; readonly height: number; readonly rgb: Uint8Array }>;
  /** Windows virtual-key codes, pressed and released in order. */
  typeKeys(keys: readonly KeyAction[]): Promise<void>;
  /** Moves the pointer, presses its buttons and turns its wheel, in order. A place beside the screen refuses all of it. */
  point(actions: readonly PointerAction[]): Promise<void>;
  /** What has become of the pointer by that; a machine that was adopted begins anew. */
  readonly pointer: PointerState;
  /** Change the balloon's target (dynamic memory, or static VirtualQuantity on a running machine). */
  setMemory(mb: number): Promise<void>;
  /** Insert, change or eject the medium of a removable drive. */
  changeMedium(diskId: string, image: DiskSpec['image']): Promise<void>;
  addDisk(disk: DiskSpec): Promise<void>;
  removeDisk(diskId: string): Promise<void>;
  addAdapter(adapter: AdapterSpec): Promise<void>;
  removeAdapter(adapterId: string): Promise<void>;
  /** Plug the adapter into another network, or none. */
  connectAdapter(adapter: AdapterSpec): Promise<void>;
  connectSerial(port: SerialSpec): Promise<void>;
  setIopsLimit(diskId: string, limit: number | null): Promise<void>;
  /**
   * Makes the hard disk in a drive larger, to `bytes`, while the guest runs and is told of it; durable in its file when it
   * resolves, and interrupted anywhere of the old size or the new one. Rejects with `notSupported` for a file whose format
   * cannot grow under a running guest, with `invalidParameter` for less than it has.
   */
  growDisk(diskId: string, bytes: number): Promise<void>;
  figures(): MachineFigures;
  counters(): MachineCounters;
  /** Path of the private VNC socket; null when the hypervisor has no display. */
  readonly vncSocket: string | null;
  /** Edges, until the machine is gone; may be iterated once. */
  events(): AsyncIterable<MachineEvent>;
}

export interface GuestCopy {
  /** Whole path in the guest, in the guest's spelling. */
  readonly destination: string;
  readonly overwrite: boolean;
  /** Folders of the destination that are not there are made. */
  readonly createFolders: boolean;
  /** At each moment a reader in the guest finds the old file, or the new one whole; everybody may read that, its owner write it. */
  readonly atOnce?: true;
  readonly size: number;
  /** Fills all of `into`. */
  read(position: number, into: Buffer): Promise<void>;
}

export interface CheckpointRequest {
  /** Empty overlays, each over the image that the drive has now. */
  readonly overlays: readonly { readonly disk: string; readonly image: DiskImage }[];
  /** Settles when their files are there; nobody looks at them before. Missing: they are. */
  readonly made?: Promise<void>;
  /** No drive changes over before this is durable, nor when it fails: the record that names the overlays. Missing: it is. */
  readonly recorded?: Promise<void>;
  /** File for memory and device state; null: disks only. */
  readonly memory: string | null;
  /** The guest agent freezes the file systems around the moment; rejects with `failed` when none answers. */
  readonly freeze: boolean;
  /** Called while the guest stands still at the moment: copies what else belongs to it. */
  readonly atMoment: () => Promise<void>;
}

export interface MergeRequest {
  readonly disk: string;
  /** The file that goes. */
  readonly top: string;
  /** The file below it, which nothing else needs. */
  readonly base: BackingImage;
  /** Called before the first file is changed, once it is known that this can be merged. */
  readonly begun: () => Promise<void>;
  /**
   * Called when `top` is what the guest writes to and all of it is below: `change` makes the guest write to `base`, and the
   * guest stands still from then until this resolves, so that the new name is durable before anything is written under it.
   */
  readonly switchOver: (change: () => Promise<void>) => Promise<void>;
}

export interface StreamRequest {
  readonly disk: string;
  /** A qcow2 file of the drive's chain. */
  readonly file: string;
}

/** By their number in Hyper-V: left, right, middle, and the two at the side. */
export type PointerButton = 1 | 2 | 3 | 4 | 5;

export type PointerAction =
  /** Pixels of the first display, from its left and its top. */
  | { readonly kind: 'moveTo'; readonly x: number; readonly y: number }
  /** Steps to the right and down. */
  | { readonly kind: 'moveBy'; readonly x: number; readonly y: number }
  | { readonly kind: 'button'; readonly button: PointerButton; readonly down: boolean }
  /** Notches of the wheel, away from its user when positive. */
  | { readonly kind: 'scroll'; readonly notches: number };

/** Where clients have put the pointer of a machine, and what they hold. */
export interface PointerState {
  /** Null: nobody has put it anywhere yet, or it went by steps since. */
  readonly place: { readonly x: number; readonly y: number } | null;
  readonly scrolled: number;
  readonly held: ReadonlySet<PointerButton>;
}

export type KeyAction = { readonly keyCode: number; readonly action: 'press' | 'release' };

export interface HypervisorVerdict {
  readonly hypervisor: 'qemu' | 'simulated';
  readonly version: string;
  readonly accelerator: 'kvm' | 'tcg' | 'none';
  /** Why, in a sentence an operator understands. */
  readonly reason: string;
}

/** The machine that a saved state fits. */
export interface SavedStateFacts {
  readonly processors: number;
  /** Ids of its network adapters. */
  readonly adapters: readonly string[];
  /** Memory that it is started with; null: it does not say. */
  readonly memoryMb: number | null;
}

export interface Hypervisor {
  readonly verdict: HypervisorVerdict;
  /** Start a machine, from `savedState` when given. Resolves when the guest runs (or is paused, for `paused`). */
  start(
    spec: MachineSpec,
    options: { readonly savedState: string | null; readonly signal: AbortSignal; readonly paused?: boolean },
  ): Promise<Machine>;
  /**
   * What a saved state says of itself, which whoever made the file chose. Reads its frame only; that the rest is what a
   * hypervisor wrote nobody can tell before it is started. Rejects with DomainError when it is no complete one of this hypervisor.
   */
  describeState(handle: FileHandle): Promise<SavedStateFacts>;
  /**
   * Writes a saved state anew in a form that many machines start from at the same time and without reading it: they share its
   * memory until they write to it. `target` is a saved state like any other, may have several names (hard links), and is
   * there as a whole and durable, or not at all. `spec`: a machine that the state fits, under an identifier that none has;
   * its disks are opened, and nothing is written to them.
   */
  shareState(
    spec: MachineSpec,
    options: {
      readonly savedState: string;
      readonly target: string;
      readonly progress: (fraction: number) => void;
      readonly signal: AbortSignal;
    },
  ): Promise<void>;
  /**
   * Take over a machine that a former service started; null when that process is gone or is not the same, and then nothing
   * is done to any other. It becomes one of `spec`: what the former service had changed and did not record is taken back, as
   * soon as the guest lets it. Rejects when it is there and cannot be taken over now; it may be asked for again.
   */
  adopt(spec: MachineSpec, process: MachineProcess): Promise<AdoptedMachine | null>;
  /**
   * End machines of ours that nobody knows: a start whose last word was lost. Called once, after all known ones were
   * adopted; resolves to the ids it ended.
   */
  endUnknown(known: ReadonlySet<Guid>): Promise<readonly Guid[]>;
  /** End a machine that could not be taken over; resolves when its process is gone. Missing where adopt never rejects. */
  end?(id: Guid): Promise<void>;
  /** Let go of all machines without stopping them. */
  close(): Promise<void>;
}

export interface AdoptedMachine {
  readonly machine: Machine;
  readonly state: 'running' | 'paused';
  /**
   * Running, but stopped by the former service in the middle of a merge: to be resumed as soon as the record names the
   * files that its drives write to (`tops`).
   */
  readonly resume?: true;
}

export interface HostProbe {
  facts(): Promise<HostFacts>;
}
