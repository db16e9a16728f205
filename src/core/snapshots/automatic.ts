import type { Guid, Snapshot, VirtualSystem } from '../model.ts';
import type { RequestContext, SnapshotOperations } from '../requests.ts';
import type { SystemsContext } from '../systems/context.ts';
import { SERVICE_CALLER } from '../systems/power/power-control.ts';
import { effectiveValues } from '../systems/system-defaults.ts';
import type { CreateDefinition } from './create-job.ts';
import { createSnapshot } from './create.ts';

/** UserSnapshotType: checkpoints are disabled. */
const DISABLED = 2;

const isAutomatic = ({ configuration }: Snapshot): boolean => configuration.values['IsAutomaticSnapshot'] === true;

/**
 * Automatic checkpoints (spec snapshots §5): one is taken when a client starts a machine that is off, in the place of the one
 * before, and deleted when the machine stops well. What goes wrong with them keeps no machine from starting.
 */
export class AutomaticSnapshots {
  readonly #context: SystemsContext;
  readonly #definition: CreateDefinition;
  readonly #destroy: SnapshotOperations['destroy'];

  constructor(context: SystemsContext, definition: CreateDefinition, destroy: SnapshotOperations['destroy']) {
    this.#context = context;
    this.#definition = definition;
    this.#destroy = destroy;
  }

  /** Resolves when the machine may be started. */
  async beforeStart(request: RequestContext, id: Guid): Promise<void> {
    const system = this.#context.graph.system(id);
    if (system === undefined || !isWanted(system)) return;
    try {
      await this.#forget(system);
      const wanted = {
        type: 'standard',
        elementName: null,
        notes: null,
        applicationConsistent: false,
        ignoreNonSnapshottableDisks: false,
        automatic: true,
      } as const;
      const { job } = await createSnapshot(this.#context, this.#definition, request, system.id, wanted);
      await this.#context.jobs.ended(job.id);
    } catch (error) {
      this.#context.log.warn({ err: error, system: id }, 'no automatic checkpoint was taken');
    }
  }

  /** The guest has shut down, or was turned off by a client: what it was before is wanted no more. */
  async afterCleanStop(id: Guid): Promise<void> {
    const system = this.#context.graph.system(id);
    if (system === undefined || !system.snapshots.some(isAutomatic)) return;
    await this.#forget(system).catch((error: unknown) =>
      this.#context.log.warn({ err: error, system: id }, 'an automatic checkpoint was not deleted'),
    );
  }

  async #forget(system: VirtualSystem): Promise<void> {
    for (const snapshot of system.snapshots.filter(isAutomatic)) {
      const job = await this.#destroy(SERVICE_CALLER, snapshot.configuration.id);
      await this.#context.jobs.ended(job.id);
    }
  }
}

const isWanted = (system: VirtualSystem): boolean => {
  if (system.kind !== 'realized' || system.power !== 'off' || system.operation?.exclusive === true) return false;
  const values = effectiveValues(system, system.active);
  return values.AutomaticSnapshotsEnabled === true && values.UserSnapshotType !== DISABLED;
};
