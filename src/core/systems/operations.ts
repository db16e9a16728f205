import type { SystemOperations } from '../requests.ts';
import { addFeatures, addResources } from './resources/add-resources.ts';
import type { SystemsContext } from './context.ts';
import { defineSystem } from './define.ts';
import { destroySystem } from './destroy.ts';
import type { SystemHooks } from './hooks.ts';
import { modifyResources } from './resources/modify-resources.ts';
import { modifySystem } from './settings/modify-system.ts';
import type { PowerControl } from './power/power-control.ts';
import { removeResources } from './resources/remove-resources.ts';
import { modifyServiceSettings } from './settings/service-settings.ts';
import { modifyTerminalSettings } from './settings/terminal-settings.ts';
import { upgradeVersion } from './settings/upgrade.ts';

/** RequestedState "enabled". */
const START = 2;

/** The operations of requests.ts, each from its own module. */
export const systemOperations = (
  context: SystemsContext,
  power: PowerControl,
  hooks: SystemHooks,
): SystemOperations => {
  return {
    define: async (request, input) => defineSystem(context, request, input),
    destroy: async (request, system) => destroySystem(context, hooks, request, system),
    modify: async (request, configuration, change) => modifySystem(context, request, configuration, change),
    addResources: async (request, configuration, resources) => addResources(context, request, configuration, resources),
    modifyResources: async (request, changes) => modifyResources(context, request, changes),
    removeResources: async (request, settings) => removeResources(context, request, settings),
    addFeatures: async (request, connection, features) => addFeatures(context, request, connection, features),
    upgradeVersion: async (request, system, version) => upgradeVersion(context, request, system, version),
    requestState: async (request, system, requestedState) => {
      if (requestedState === START) await hooks.beforeStart(request, system);
      return power.requestState(request, system, requestedState);
    },
    initiateShutdown: async (_request, system, options) => power.initiateShutdown(system, options),
    injectNmi: async (_request, system) => power.injectNmi(system),
    modifyServiceSettings: async (request, values) => modifyServiceSettings(context, request, values),
    modifyTerminalSettings: async (_request, values) => modifyTerminalSettings(context, values),
  };
};
