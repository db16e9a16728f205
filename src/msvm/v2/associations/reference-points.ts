import type { SystemEntity } from '../entities.ts';
import { type ReferencePointEntity, referencePointEntity } from '../reference-points/reference-point.ts';
import { systemEntity } from '../systems/computer-system.ts';
import { association, link, links, relation } from './define.ts';

/** The moments of a machine that backups measure changes from. */
export const REFERENCE_POINT_OF_SYSTEM = association(
  'Msvm_ReferencePointOfVirtualSystem',
  'Antecedent',
  'Dependent',
  relation<SystemEntity, ReferencePointEntity>(
    'system',
    'referencePoint',
    ({ system }) => links((system.referencePoints ?? []).map((point) => referencePointEntity({ system, point }))),
    ({ system }) => link(systemEntity(system)),
  ),
);
