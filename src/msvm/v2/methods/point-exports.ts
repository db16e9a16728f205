import { tryParsePath } from '../../../cim/path/parse-path.ts';
import type { CimInstance } from '../../../cim/instance.ts';
import type { CollectionPoint, Guid, ReferencePoint } from '../../../core/model.ts';
import { changeTrackingId } from '../../../core/reference-points/changes.ts';
import { invalid, quote } from '../../../core/systems/refusals.ts';
import type { Catalog } from '../../entity.ts';
import type { CollectionPointEntity } from '../collections/collection.ts';
import type { ReferencePointEntity } from '../reference-points/reference-point.ts';

/** The reference point that a text names as the base of an export; null: none is named. @throws DomainError */
export const basePoint = (catalog: Catalog, property: string, text: unknown): Guid | null => {
  const found = named(catalog, text);
  if (found === null) return null;
  if (found?.kind === 'referencePoint') return (found as ReferencePointEntity).point.id;
  throw invalid(`${property} names no reference point of this host. Read its path again; it may be gone.`);
};

/** The same, of a collection. */
export const baseCollectionPoint = (catalog: Catalog, property: string, text: unknown): CollectionPoint | null => {
  const found = named(catalog, text);
  if (found === null) return null;
  if (found?.kind === 'collectionPoint') return (found as CollectionPointEntity).point;
  throw invalid(`${property} names no reference point of a collection. Read its path again; it may be gone.`);
};

const named = (catalog: Catalog, text: unknown): ReturnType<Catalog['find']> | null => {
  if (typeof text !== 'string' || text.trim() === '') return null;
  const path = tryParsePath(text);
  return path === undefined ? undefined : catalog.find(path);
};

/**
 * DisksToExport: places in the reference point of the disks that are named, each by one of its VirtualDiskIdentifiers or of its
 * ResilientChangeTrackingIdentifiers; null: nothing is said. @throws DomainError for a name that is neither
 */
export const wantedDisks = (point: ReferencePoint, settings: CimInstance | null): readonly number[] | null => {
  const value = settings?.get('DisksToExport');
  if (!Array.isArray(value) || value.length === 0) return null;
  const places = value.map((name) => {
    const wanted = String(name).toUpperCase();
    const place = point.disks.findIndex(
      ({ disk }, index) => disk.toUpperCase() === wanted || changeTrackingId(point, index) === wanted,
    );
    if (place < 0)
      throw invalid(
        `DisksToExport names ${quote(String(name))}, which is no disk of the reference point. Give some of its VirtualDiskIdentifiers.`,
      );
    return place;
  });
  return [...new Set(places)];
};
