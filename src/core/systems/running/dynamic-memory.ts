import { freemem } from 'node:os';
import { deviceValue, numberValue } from '../../devices/effective.ts';
import type { DeviceSetting, Guid, VirtualSystem } from '../../model.ts';
import type { Machine, MachineFigures } from '../../ports.ts';
import type { SystemsContext } from '../context.ts';
import { SideBySide } from '../side-by-side.ts';

/** Machines are asked for their figures every two seconds; a guest needs a while to take or to give. */
const INTERVAL_MS = 5_000;
/** What a guest must want more or less before anything is moved; a balloon that moves all the time costs the guest. */
const LEAST_CHANGE_MB = 16;
const LEAST_CHANGE = 0.05;
/** A guest gives back at most this part at once: what it uses may rise again before it is asked anew. */
const LARGEST_SHRINK = 0.25;
/** A guest with less than this part of its memory left gets this times what it has. */
const STARVED = 0.05;
const STARVED_GROWTH = 1.5;
const MIB = 1024 * 1024;

export interface MemoryLimits {
  readonly minimumMb: number;
  readonly maximumMb: number;
  /** TargetMemoryBuffer: free memory, as a part of what is used. */
  readonly bufferPercent: number;
}

/**
 * What a guest is to have by its pressure: what it uses and the buffer over that, within its limits; what it has when that is
 * near enough. Shrinks in steps.
 */
export const wantedMemory = (
  { availableMb, totalMb }: NonNullable<MachineFigures['guestMemory']>,
  { minimumMb, maximumMb, bufferPercent }: MemoryLimits,
): number => {
  const used = Math.max(0, totalMb - availableMb);
  // With nothing left, what it would use with more is not known.
  const starved = availableMb < totalMb * Math.min(STARVED, bufferPercent / 200);
  const factor = starved ? Math.max(1 + bufferPercent / 100, STARVED_GROWTH) : 1 + bufferPercent / 100;
  const ideal = Math.min(Math.max(Math.ceil(used * factor), minimumMb), maximumMb);
  const next = Math.max(ideal, Math.ceil(totalMb * (1 - LARGEST_SHRINK)));
  const target = Math.min(Math.max(next, minimumMb), maximumMb);
  const least = Math.max(LEAST_CHANGE_MB, totalMb * LEAST_CHANGE);
  // The limits themselves are reached whatever is missing.
  const atLimit = target === minimumMb || target === maximumMb;
  return Math.abs(target - totalMb) < least && !(atLimit && target !== totalMb) ? totalMb : target;
};

/**
 * Dynamic memory (issue 5 §6): the balloons of running machines follow the pressure in their guests. A guest that tells nothing of
 * its memory keeps what it has. Nothing of it is stored: what a machine has, it has.
 */
export class DynamicMemory {
  readonly #context: SystemsContext;
  readonly #visits = new SideBySide();
  readonly #closing = new AbortController();

  constructor(context: SystemsContext) {
    this.#context = context;
  }

  /** Until `close`. */
  begin(): void {
    const { log } = this.#context;
    this.#loop().catch((error: unknown) => {
      if (!this.#closing.signal.aborted) log.error({ err: error }, 'dynamic memory is not adjusted any more');
    });
  }

  close(): void {
    this.#closing.abort();
  }

  async #loop(): Promise<void> {
    const { clock, fleet, log } = this.#context;
    for (;;) {
      await clock.sleep(INTERVAL_MS, this.#closing.signal);
      for (const id of fleet.ids())
        this.#visits.visit(id, () =>
          this.#adjust(id).catch((error: unknown) =>
            log.warn({ err: error, system: id }, 'the memory of a machine could not be adjusted'),
          ),
        );
    }
  }

  async #adjust(id: Guid): Promise<void> {
    const { graph, turns } = this.#context;
    if (changeOf(graph.system(id), graph.machine(id)) === null) return;
    await turns.run(id, async () => {
      const machine = graph.machine(id);
      const change = changeOf(graph.system(id), machine);
      if (machine === undefined || change === null || this.#closing.signal.aborted) return;
      if (change.to > change.from && !this.#hostHas(change.to - change.from)) return;
      await machine.setMemory(change.to);
    });
  }

  /** Memory of the host is not given away to the last: what a guest is given it may use at once. */
  #hostHas(mb: number): boolean {
    return this.#context.hypervisor.verdict.hypervisor === 'simulated' || mb * MIB < freemem();
  }
}

const changeOf = (
  system: VirtualSystem | undefined,
  machine: Machine | undefined,
): { readonly from: number; readonly to: number } | null => {
  // A checkpoint, a save or an export is not disturbed.
  if (system === undefined || machine === undefined || system.power !== 'running' || system.operation !== null)
    return null;
  const memory = system.active.devices.find(({ kind }) => kind === 'memory');
  const told = machine.figures().guestMemory;
  if (memory === undefined || deviceValue(memory, 'DynamicMemoryEnabled') !== true || told === null) return null;
  const to = wantedMemory(told, limitsOf(memory));
  return to === told.totalMb ? null : { from: told.totalMb, to };
};

const limitsOf = (memory: DeviceSetting): MemoryLimits => ({
  minimumMb: numberValue(memory, 'Reservation'),
  maximumMb: numberValue(memory, 'Limit'),
  bufferPercent: numberValue(memory, 'TargetMemoryBuffer'),
});
