import type { ConfigurationPlace, SystemGraph } from '../../../core/graph.ts';
import type { VirtualSystem } from '../../../core/model.ts';

export const activePlace = (system: VirtualSystem): ConfigurationPlace => ({
  system,
  configuration: system.active,
  snapshot: null,
});

export const snapshotPlaces = (system: VirtualSystem): ConfigurationPlace[] =>
  system.snapshots.map((snapshot) => ({ system, configuration: snapshot.configuration, snapshot }));

/** Every configuration of a system: the active one, then its snapshots. */
export function* placesOf(system: VirtualSystem): Iterable<ConfigurationPlace> {
  yield activePlace(system);
  if (system.snapshots.length > 0) yield* snapshotPlaces(system);
}

export function* allPlaces(graph: SystemGraph): Iterable<ConfigurationPlace> {
  for (const system of graph.systems()) yield* placesOf(system);
}
