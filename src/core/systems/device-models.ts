import type { Guid, SystemExtras } from '../model.ts';
import type { SystemsContext } from './context.ts';
import { revise } from './ledger.ts';
import { invalid, quote, wrongState } from './refusals.ts';
import { elementNameOf } from './system-defaults.ts';
import { requireNotBusy, requireSystem } from './targets.ts';

/**
 * Which devices a guest sees (K27): those that Windows has drivers for, or virtio. Only while no memory of the guest is kept
 * anywhere: it would find other devices than it knows. A guest that came with Hyper-V's clock keeps it.
 */
export const setDeviceModels = (context: SystemsContext, id: Guid, models: 'inbox' | 'virtio'): Promise<void> =>
  context.turns.run(requireSystem(context, id).id, async () => {
    const system = requireSystem(context, id);
    if (system.kind === 'planned') throw invalid('The system is planned. Realize it before its devices change.');
    requireNotBusy(system);
    const extras = system.extras ?? {};
    if ((extras.deviceModels ?? 'virtio') === models) return;
    if (system.power !== 'off')
      throw wrongState('The virtual machine is not off. Shut its guest down before its devices change.');
    const remembered = system.snapshots.find(({ memory }) => memory === true);
    if (remembered !== undefined)
      throw wrongState(
        `The checkpoint ${quote(elementNameOf(remembered.configuration))} has the memory of a guest with the devices of now. Clear its memory (ClearSnapshotState) or delete it first.`,
      );
    const { deviceModels: _, ...others } = extras;
    const changed: SystemExtras =
      models === 'inbox' ? { ...others, deviceModels: 'inbox' } : { ...others, localTimeClock: true };
    await context.ledger.commit(system, revise(system, { extras: changed }));
  });
