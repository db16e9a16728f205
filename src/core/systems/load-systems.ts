import type { VirtualSystem } from '../model.ts';
import { damagedRecord } from '../errors.ts';
import type { Store } from '../ports.ts';
import type { LiveGraph } from './live-graph.ts';
import { loadSystem, TextPool } from './record.ts';

/** Reads all systems and plans into the graph, in the order of their creation. */
export const loadSystems = async (store: Store, graph: LiveGraph): Promise<void> => {
  const pool = new TextPool();
  const systems: VirtualSystem[] = [];
  for (const [table, kind] of [
    ['systems', 'realized'],
    ['plans', 'planned'],
  ] as const) {
    for (const [key, record] of await store.load(table)) {
      try {
        systems.push(loadSystem(record, kind, pool));
      } catch (cause) {
        throw damagedRecord(table, key, cause);
      }
    }
  }
  systems.sort((a, b) => a.createdAt - b.createdAt);
  for (const system of systems) graph.apply({ kind: 'system', before: null, after: system });
};
