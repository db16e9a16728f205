import { findDevice } from '../../devices/effective.ts';
import { BOOTABLE_KINDS } from '../../devices/wiring.ts';
import type { Configuration, Guid } from '../../model.ts';
import type { SettingRef } from '../../requests.ts';
import type { SystemsContext } from '../context.ts';
import { withConfiguration } from './modify-system.ts';
import { momentAllows, momentRefusal } from '../moments.ts';
import { invalid } from '../refusals.ts';
import { requireWritable } from '../targets.ts';

export interface BootEntryChange {
  readonly add: readonly SettingRef[];
  readonly remove: readonly SettingRef[];
}

/** Windows code of "element not found" (jobs-and-errors §9). */
const NOT_FOUND = { hresult: '0x80070490' };

const partOf = (configuration: Configuration, ref: SettingRef): string => {
  const device = ref.configuration.toUpperCase() === configuration.id ? findDevice(configuration, ref.part) : undefined;
  if (device !== undefined && BOOTABLE_KINDS.has(device.kind)) return device.part;
  throw invalid('A boot source names no bootable device of the virtual machine. Read its settings anew.', NOT_FOUND);
};

/** The boot order after a change; the very same list where nothing changes. @throws DomainError */
const changedOrder = (configuration: Configuration, change: BootEntryChange): readonly string[] => {
  const removed = new Set(change.remove.map((ref) => partOf(configuration, ref)));
  for (const part of removed) {
    if (!configuration.bootSources.includes(part)) {
      throw invalid('A boot source to remove is not in the boot order. Read BootSourceOrder anew.', NOT_FOUND);
    }
  }
  const kept = configuration.bootSources.filter((part) => !removed.has(part));
  const added = [...new Set(change.add.map((ref) => partOf(configuration, ref)))].filter(
    (part) => !kept.includes(part),
  );
  return removed.size === 0 && added.length === 0 ? configuration.bootSources : [...kept, ...added];
};

/** AddBootSourceSettings and RemoveBootSourceSettings (management-service §1, rows 26 and 27). */
export const changeBootEntries = async (
  context: SystemsContext,
  configurationId: Guid,
  change: BootEntryChange,
): Promise<void> => {
  const { system: named } = requireWritable(context, configurationId);
  await context.turns.run(named.id, async () => {
    const { system, configuration, snapshot } = requireWritable(context, configurationId);
    if (system.generation === 1) throw invalid('Boot sources need generation 2. Use BootOrder.', NOT_FOUND);
    const bootSources = changedOrder(configuration, change);
    if (bootSources === configuration.bootSources) return;
    if (!momentAllows(system, 'off')) throw momentRefusal(system, 'The boot order', 'off');
    const after = withConfiguration(system, snapshot, { ...configuration, bootSources }, context.clock.now());
    await context.ledger.commit(system, after);
  });
};
