import { Buffer } from 'node:buffer';
import {
  DEFAULT_WWPN_RANGE,
  formatWwpn,
  isWwpn,
  parseWwpn,
  takeWwpns,
  type WwpnRange,
} from '../host/world-wide-names.ts';
import type { Guid, SystemExtras } from '../model.ts';
import type { AuxiliaryOperations } from '../requests.ts';
import { changeBootEntries } from './settings/boot-entries.ts';
import { sourceDependencies } from '../differencing/source-files.ts';
import { setDeviceModels } from './device-models.ts';
import { changedAccess } from './console-access.ts';
import { hostPaths } from './files/host-paths.ts';
import { changeKvpItems } from './settings/kvp-items.ts';
import type { SystemsContext } from './context.ts';
import { revise } from './ledger.ts';
import { invalid, wrongState } from './refusals.ts';
import { bytesOfSystemFiles } from './files/system-files.ts';
import { requireConfiguration, requireNotBusy, requireSystem } from './targets.ts';

/** Key in the table of settings: the world wide port name given out last. */
const WWPN_KEY = 'wwpn';
/** Largest initial data: it is part of the system's record. */
const MAX_INITIAL_BYTES = 65_536;

const readWwpn = (value: unknown): bigint | null =>
  typeof value === 'string' && isWwpn(value) ? parseWwpn(value) : null;

/** Extras without the members that say nothing; undefined when none is left. */
const withoutEmpty = (extras: Record<string, unknown>): SystemExtras | undefined => {
  const entries = Object.entries(extras).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};

/** The rarely used operations (core/requests.ts). Reads the generator's place from the store. */
export const openAuxiliary = async (context: SystemsContext): Promise<AuxiliaryOperations> => {
  const settings = await context.store.load('settings');
  const stored = settings.get(WWPN_KEY) as { readonly current?: unknown } | undefined;
  let current = readWwpn(stored?.current);

  const range = (): WwpnRange => {
    const { MinimumWWPNAddress: minimum, MaximumWWPNAddress: maximum } = context.graph.serviceSettings().values;
    return {
      minimum: readWwpn(minimum) ?? parseWwpn(DEFAULT_WWPN_RANGE.minimum),
      maximum: readWwpn(maximum) ?? parseWwpn(DEFAULT_WWPN_RANGE.maximum),
      current,
    };
  };

  const changeExtras = (id: Guid, change: (extras: SystemExtras) => Record<string, unknown>): Promise<void> =>
    context.turns.run(id.toUpperCase(), async () => {
      const system = requireSystem(context, id);
      requireNotBusy(system);
      const before = system.extras ?? {};
      const extras = withoutEmpty(change(before));
      if (JSON.stringify(extras ?? {}) === JSON.stringify(before)) return;
      const { extras: _, ...rest } = revise(system, {});
      await context.ledger.commit(system, extras === undefined ? rest : { ...rest, extras });
    });

  return {
    changeBootSources: (_request, configuration, change) => changeBootEntries(context, configuration, change),
    changeKvpItems: (_request, system, change) => changeKvpItems(context, system, change),
    sizeOfSystemFiles: async (configuration) => {
      return bytesOfSystemFiles(requireConfiguration(context, configuration), context.paths);
    },
    generateWwpns: (_request, count) =>
      context.turns.run(WWPN_KEY, async () => {
        const taken = takeWwpns(range(), count);
        if (taken.current !== null && taken.current !== current) {
          const value = { current: formatWwpn(taken.current) };
          await context.store.commit([{ table: 'settings', key: WWPN_KEY, value }]);
          current = taken.current;
        }
        return taken.names;
      }),
    currentWwpn: () => formatWwpn(current ?? range().minimum),
    setInitialMachineConfiguration: (_request, system, data) => {
      if (data.length > MAX_INITIAL_BYTES) {
        return Promise.reject(
          invalid(`Initial data of ${data.length} bytes is too long. Send at most ${MAX_INITIAL_BYTES}.`),
        );
      }
      const initialConfiguration = Buffer.from(data).toString('base64');
      return changeExtras(system, (extras) => ({ ...extras, initialConfiguration }));
    },
    changeConsoleAccess: (_request, system, what, names) =>
      changeExtras(system, (extras) => {
        const consoleAccess = changedAccess(extras.consoleAccess ?? [], what, names);
        return { ...extras, consoleAccess: consoleAccess.length === 0 ? undefined : consoleAccess };
      }),
    setKeyProtector: async (_request, system, data) => {
      if (data.length > MAX_INITIAL_BYTES)
        throw invalid(`A key protector of ${data.length} bytes is too long. Send at most ${MAX_INITIAL_BYTES}.`);
      const keyProtector = data.length === 0 ? undefined : Buffer.from(data).toString('base64');
      await changeExtras(system, (extras) => ({
        ...extras,
        keyProtector,
        // The same once more does not forget the one before.
        formerKeyProtector:
          keyProtector === extras.keyProtector ? extras.formerKeyProtector : (extras.keyProtector ?? undefined),
      }));
    },
    restoreKeyProtector: async (_request, system) => {
      await changeExtras(system, (extras) => {
        if (extras.formerKeyProtector === undefined)
          throw wrongState('The virtual machine has had no other key protector. Set one by SetKeyProtector.');
        return { ...extras, keyProtector: extras.formerKeyProtector, formerKeyProtector: extras.keyProtector };
      });
    },
    setDeviceModels: (_request, system, models) => setDeviceModels(context, system, models),
    sourceDependencies: async (system) => sourceDependencies(context.disks, requireSystem(context, system)),
    hostPaths: async (configuration) => hostPaths(context.paths, requireConfiguration(context, configuration)),
    detachSource: async (_request, id) => {
      if (requireSystem(context, id).extras?.mergesHeldBack === true)
        throw wrongState(
          'Work on the disks of this virtual machine is held back. Let it go on with ModifyDiskMergeSettings first.',
        );
      await changeExtras(id, (extras) => ({ ...extras, detachesSource: true }));
    },
    setDiskMerging: (_request, system, enabled) =>
      changeExtras(system, (extras) => ({ ...extras, mergesHeldBack: enabled ? undefined : true })),
  };
};
