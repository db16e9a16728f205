import { fileTimeOfMs, timestampOfMs } from '../datetime/cim-datetime.ts';
import { CimError } from '../errors.ts';
import { CimInstance } from '../instance.ts';
import type { InstanceChange } from '../provider.ts';
import type { CimClass, SchemaNamespace } from '../schema.ts';
import type { CimValues } from '../values.ts';

export type ChangeKind = 'creation' | 'modification' | 'deletion';

/** One way to tell of changes of instances: WMI's events or DMTF's indications. */
interface Dialect {
  readonly base: string;
  readonly classes: Readonly<Record<ChangeKind, string>>;
  /** Property that holds the instance. */
  readonly instance: string;
}

/** What lies above this class would be every change of every instance. */
const EVERYTHING = '__InstanceOperationEvent';

const DIALECTS: readonly Dialect[] = [
  {
    base: EVERYTHING,
    classes: {
      creation: '__InstanceCreationEvent',
      modification: '__InstanceModificationEvent',
      deletion: '__InstanceDeletionEvent',
    },
    instance: 'TargetInstance',
  },
  {
    base: 'CIM_InstIndication',
    classes: { creation: 'CIM_InstCreation', modification: 'CIM_InstModification', deletion: 'CIM_InstDeletion' },
    instance: 'SourceInstance',
  },
];

const KINDS: readonly ChangeKind[] = ['creation', 'modification', 'deletion'];

/** The event classes that a query on `from` gets, by kind of change. */
export interface IntrinsicClasses {
  readonly instance: string;
  readonly classes: Readonly<Partial<Record<ChangeKind, CimClass>>>;
}

/**
 * Null when `from` tells nothing of instances. That is so for CIM_Indication and `__ExtrinsicEvent` too, although the
 * indications of DMTF's dialect derive from them: a query on these can name no class of instances, so it gets the
 * events that providers raise.
 * @throws CimError registrationTooBroad for `__Event` and above
 */
export function intrinsicClasses(from: CimClass, schema: SchemaNamespace): IntrinsicClasses | null {
  for (const { base, classes, instance } of DIALECTS) {
    const root = schema.class(base);
    if (root === undefined) continue;
    if (base === EVERYTHING && root.name !== from.name && root.isA(from.name)) {
      throw new CimError(
        'registrationTooBroad',
        `${from.name} would be every event of this host; name a class below it.`,
      );
    }
    if (!from.isA(base)) continue;
    const wanted: Partial<Record<ChangeKind, CimClass>> = {};
    for (const kind of KINDS) {
      const cimClass = schema.class(classes[kind]);
      if (cimClass?.isA(from.name) === true) wanted[kind] = cimClass;
    }
    return { instance, classes: wanted };
  }
  return null;
}

export const kindOf = (change: InstanceChange): ChangeKind =>
  change.previous === null ? 'creation' : change.current === null ? 'deletion' : 'modification';

/** The event that tells of a change; undefined when the query does not want this kind. */
export function eventOf(
  change: InstanceChange,
  { instance, classes }: IntrinsicClasses,
  wallClock: number,
): CimInstance | undefined {
  const kind = kindOf(change);
  const cimClass = classes[kind];
  if (cimClass === undefined) return undefined;
  const values: CimValues = { [instance]: change.current ?? change.previous };
  if (kind === 'modification') values['PreviousInstance'] = change.previous;
  return withTime(new CimInstance(cimClass, values), wallClock);
}

/** Every event carries the time at which it was made, unless its provider knows better. */
export function withTime(event: CimInstance, wallClock: number): CimInstance {
  const values: CimValues = {};
  if (event.class.property('TIME_CREATED') !== undefined && event.get('TIME_CREATED') === null) {
    values['TIME_CREATED'] = fileTimeOfMs(wallClock);
  }
  if (event.class.property('IndicationTime') !== undefined && event.get('IndicationTime') === null) {
    values['IndicationTime'] = timestampOfMs(wallClock);
  }
  return event.with(values);
}
