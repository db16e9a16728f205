import type { VirtualSystem } from '../model.ts';
import type { Store } from '../ports.ts';
import type { LiveGraph } from './live-graph.ts';
import { loadSystem, TextPool } from './record.ts';

/** Reads all systems and plans into the graph, in the order of their creation. */
export const loadSystems = async (store: Store, graph: LiveGraph): Promise<void> => {
  const pool = new TextPool();
  const systems: VirtualSystem[] = [];
  for (const record of (await store.load('systems')).values()) systems.push(loadSystem(record, 'realized', pool));
  for (const record of (await store.load('plans')).values()) systems.push(loadSystem(record, 'planned', pool));
  systems.sort((a, b) => a.createdAt - b.createdAt);
  for (const system of systems) graph.apply({ kind: 'system', before: null, after: system });
};
