import { findDevice } from '../../devices/effective.ts';
import type { Configuration, VirtualSystem } from '../../model.ts';
import type { SettingRef } from '../../requests.ts';
import { momentAllows, momentRefusal } from '../moments.ts';
import { invalid } from '../refusals.ts';

/** Windows code of "element not found", for a boot entry that is none (object-model §4, jobs-and-errors §9). */
const ELEMENT_NOT_FOUND = '0x80070490';

/**
 * The boot order after a client's list. It must be a permutation of the sources there are; entries are compared without
 * regard to case, since os-win upper-cases them. @throws DomainError
 */
export const changeBootSources = (
  system: VirtualSystem,
  configuration: Configuration,
  wanted: readonly (SettingRef | null)[],
): readonly string[] => {
  // Whole-object round trips of generation 1 carry an empty list.
  if (system.generation === 1) {
    if (wanted.length === 0) return configuration.bootSources;
    throw invalid('BootSourceOrder needs generation 2. Use BootOrder.', { hresult: ELEMENT_NOT_FOUND });
  }
  const parts: string[] = [];
  for (const entry of wanted) {
    const device =
      entry === null || entry.configuration.toUpperCase() !== configuration.id
        ? undefined
        : findDevice(configuration, entry.part);
    if (device === undefined || !configuration.bootSources.includes(device.part)) {
      throw invalid('BootSourceOrder names a boot source that does not exist. Read the list anew.', {
        hresult: ELEMENT_NOT_FOUND,
      });
    }
    if (parts.includes(device.part)) throw invalid('BootSourceOrder names a boot source twice.');
    parts.push(device.part);
  }
  if (parts.length !== configuration.bootSources.length) {
    throw invalid(
      `BootSourceOrder must name each of the ${configuration.bootSources.length} boot sources once; it has ${parts.length}.`,
    );
  }
  if (parts.every((part, index) => part === configuration.bootSources[index])) return configuration.bootSources;
  if (!momentAllows(system, 'off')) throw momentRefusal(system, 'BootSourceOrder', 'off');
  return parts;
};
