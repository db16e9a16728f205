import type { Guid, VirtualSystem } from '../model.ts';

/** The identifier under which clients see a system: that of a plan may still belong to a machine (ImportSource.claims). */
export const shownId = (system: VirtualSystem): Guid => system.importSource?.claims ?? system.id;
