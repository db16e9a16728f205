import { DomainError } from '../core/errors.ts';
import type { Guid } from '../core/model.ts';
import type { DiskFailures } from './disk-failures.ts';

/** Calls of Hypervisor and Machine that can be made to fail. */
export type FaultPoint =
  | 'start'
  | 'restore'
  | 'shareState'
  | 'adopt'
  | 'pause'
  | 'resume'
  | 'reset'
  | 'shutdownGuest'
  | 'rebootGuest'
  | 'turnOff'
  | 'save'
  | 'checkpoint'
  | 'merge'
  | 'shareBelow'
  | 'copyToGuest'
  | 'setGuestTime'
  | 'injectNmi'
  | 'screenshot'
  | 'typeKeys'
  | 'point'
  | 'setMemory'
  | 'changeMedium'
  | 'addDisk'
  | 'removeDisk'
  | 'addAdapter'
  | 'removeAdapter'
  | 'connectAdapter'
  | 'connectSerial'
  | 'setIopsLimit'
  | 'growDisk';

export interface FaultOptions {
  /** Only this system; any when absent. */
  readonly system?: Guid;
  /** How many calls fail; 1 when absent. */
  readonly times?: number;
  readonly error?: Error;
}

/** What can happen to a running machine from outside of its calls. */
export interface FaultTarget {
  crash(reason: string): void;
  readonly failures: DiskFailures;
  hang(): void;
  panic(): void;
  interfere(what: 'pause' | 'resume' | 'reset'): void;
  useMemory(mb: number): void;
}

interface Rule {
  readonly point: FaultPoint;
  readonly system: Guid | undefined;
  readonly error: Error | undefined;
  left: number;
}

/** Faults on demand. One object may serve several hypervisors one after the other, as over a restart of the service. */
export class Faults {
  readonly #rules: Rule[] = [];
  readonly #silent = new Set<Guid>();
  #find: (system: Guid) => FaultTarget | undefined = () => undefined;

  fail(point: FaultPoint, options: FaultOptions = {}): void {
    this.#rules.push({ point, system: options.system, error: options.error, left: options.times ?? 1 });
  }

  clear(): void {
    this.#rules.length = 0;
    this.#silent.clear();
  }

  /** The hypervisor of this machine answers no call until `answer`; it can be turned off all the same. */
  silence(system: Guid): void {
    this.#silent.add(system);
  }

  answer(system: Guid): void {
    this.#silent.delete(system);
  }

  /** For the hypervisor. */
  isSilent(system: Guid): boolean {
    return this.#silent.has(system);
  }

  /** The machine's process dies now. */
  crash(system: Guid, reason = 'The simulated process died.'): void {
    this.#target(system).crash(reason);
  }

  /** A disk fails now, and the machine is paused by it. */
  ioError(system: Guid, options: { readonly disk?: string; readonly noSpace?: boolean } = {}): void {
    this.#target(system).failures.fail(options.disk ?? null, options.noSpace ?? false);
  }

  /** A disk is served by nobody until it is given back. */
  loseDisk(system: Guid, disk: string): void {
    this.#target(system).failures.lose(disk);
  }

  giveDiskBack(system: Guid, disk: string): void {
    this.#target(system).failures.giveBack(disk);
  }

  /** The guest stops answering: no agent, no ACPI. */
  hang(system: Guid): void {
    this.#target(system).hang();
  }

  panic(system: Guid): void {
    this.#target(system).panic();
  }

  /** Somebody pauses, resumes or resets the machine behind the back of the service. */
  interfere(system: Guid, what: 'pause' | 'resume' | 'reset'): void {
    this.#target(system).interfere(what);
  }

  /** The guest uses so much memory from now on. */
  useMemory(system: Guid, mb: number): void {
    this.#target(system).useMemory(mb);
  }

  /** For the hypervisor: throws when this call is to fail. */
  check(point: FaultPoint, system: Guid): void {
    const index = this.#rules.findIndex((rule) => rule.point === point && (rule.system ?? system) === system);
    const rule = this.#rules[index];
    if (rule === undefined) return;
    rule.left -= 1;
    if (rule.left <= 0) this.#rules.splice(index, 1);
    throw rule.error ?? new DomainError('failed', `The simulated hypervisor was told to fail '${point}'.`);
  }

  /** For the hypervisor: where machines are found now. */
  attach(find: (system: Guid) => FaultTarget | undefined): void {
    this.#find = find;
  }

  #target(system: Guid): FaultTarget {
    const target = this.#find(system);
    if (target === undefined) throw new Error(`No simulated machine ${system} is running.`);
    return target;
  }
}
