import type { ConfigurationPlace } from '../graph.ts';
import type { Guid, Snapshot } from '../model.ts';
import type { SystemsContext } from '../systems/context.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { elementNameOf } from '../systems/system-defaults.ts';

/** A configuration that is a checkpoint's. */
export type SnapshotPlace = ConfigurationPlace & { readonly snapshot: Snapshot };

export const requireSnapshot = (context: Pick<SystemsContext, 'graph'>, id: Guid): SnapshotPlace => {
  const place = context.graph.configuration(id);
  if (place === undefined) throw invalid(`No checkpoint has the settings ${quote(id)}.`);
  const { system, configuration, snapshot } = place;
  if (snapshot !== null) return { system, configuration, snapshot };
  throw invalid(
    `${quote(elementNameOf(configuration))} names the active settings of a virtual machine. Give those of a checkpoint.`,
  );
};
