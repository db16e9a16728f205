import type { AuditEntry } from '../audit/record.ts';
import type { DomainChange, DomainFeed } from '../core/events/change.ts';
import type { SystemGraph } from '../core/graph.ts';
import type { Configuration } from '../core/model.ts';
import { elementNameOf } from '../core/systems/system-defaults.ts';

/** Adds the names that what an event was about has then: later it may be gone, and its identifier tells nobody anything. */
export type WithNames = (entry: AuditEntry) => AuditEntry;

/** Names of what went lately are kept, for the record of its end is written when it is gone already. */
const KEPT = 1_000;

const GUID = /[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/gi;

/** Of virtual machines, plans, checkpoints and switches. Call before the first change. */
export const objectNames = (graph: SystemGraph, feed: DomainFeed): WithNames => {
  const gone = new Map<string, string>();
  feed.listen((change) => {
    for (const [id, name] of endedBy(change)) {
      gone.delete(id);
      gone.set(id, name);
    }
    for (const id of gone.keys()) {
      if (gone.size <= KEPT) break;
      gone.delete(id);
    }
  });
  const nameOf = (id: string): string | undefined => {
    const place = graph.configuration(id);
    if (place !== undefined) return elementNameOf(place.configuration);
    const plan = graph.plan(id);
    return plan === undefined ? (graph.switch(id)?.name ?? gone.get(id)) : elementNameOf(plan.active);
  };
  return (entry) => {
    const names: Record<string, string> = {};
    for (const object of entry.objects) {
      for (const [found] of object.matchAll(GUID)) {
        const id = found.toUpperCase();
        const name = nameOf(id);
        if (name !== undefined) names[id] = name;
      }
    }
    return Object.keys(names).length === 0 ? entry : { ...entry, names };
  };
};

function* endedBy(change: DomainChange): Generator<readonly [id: string, name: string]> {
  if (change.kind === 'switch' && change.before !== null && change.after === null)
    yield [change.before.id, change.before.name];
  if (change.kind !== 'system' || change.before === null) return;
  const { before, after } = change;
  if (after === null) yield named(before.active);
  if (before.snapshots === after?.snapshots) return;
  const left = new Set(after?.snapshots.map(({ configuration }) => configuration.id));
  for (const { configuration } of before.snapshots) if (!left.has(configuration.id)) yield named(configuration);
}

const named = (configuration: Configuration): readonly [string, string] => [
  configuration.id,
  elementNameOf(configuration),
];
