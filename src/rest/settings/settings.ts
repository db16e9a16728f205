import type { CimInstance } from '../../cim/instance.ts';
import type { CimValue } from '../../cim/values.ts';
import { type Place, systemSetting } from '../configurations/place.ts';
import { type Management, StillRunning } from '../management/management.ts';
import { MANAGEMENT_SERVICE, wqlText } from '../management/names.ts';
import { text } from '../management/values.ts';
import { Problem } from '../problems/problem.ts';
import { takeBootOrder, tellBootOrder } from './boot-order.ts';
import { FIELDS, type Field, type Home, HOMES } from './fields.ts';
import { valueAt } from './shape.ts';

type Homes = Readonly<Record<Home, CimInstance>>;
export type SettingsView = Readonly<Record<string, unknown>>;

const below = async (management: Management, className: string, id: string): Promise<CimInstance> => {
  const query = `SELECT * FROM ${className} WHERE InstanceID LIKE ${wqlText(`Microsoft:${id}%`)}`;
  const [found] = await management.query(query);
  if (found === undefined)
    throw new Problem('not-found', 'The settings are not there: a definition of a checkpoint may be missing.');
  return found;
};

const homesOf = async (management: Management, place: Place, id: string): Promise<Homes> => ({
  system: await systemSetting(management, place, id),
  processor: await below(management, HOMES.processor, id),
  memory: await below(management, HOMES.memory, id),
  security: await below(management, HOMES.security, id),
});

const generationOf = (homes: Homes): 1 | 2 =>
  (text(homes.system, 'VirtualSystemSubType') ?? '').endsWith(':2') ? 2 : 1;

const viewOf = (homes: Homes): SettingsView => {
  const view: Record<string, unknown> = {};
  const generation = generationOf(homes);
  for (const { path, home, property, tell, generation: only } of FIELDS) {
    const [first, second] = path;
    const value = only !== undefined && only !== generation ? null : tell(homes[home].get(property));
    if (second === undefined) view[first] = value;
    else view[first] = { ...(view[first] as object | undefined), [second]: value };
  }
  view['firmware'] = { ...(view['firmware'] as object), bootOrder: tellBootOrder(homes.system, generation) };
  return view;
};

/** Settings of a machine, plan or checkpoint. @throws CimError notFound */
export const readSettings = async (management: Management, place: Place, id: string): Promise<SettingsView> =>
  viewOf(await homesOf(management, place, id));

/** What is given of one class, by property. */
const changesOf = (home: Home, body: unknown): Record<string, CimValue> => {
  const changes: Record<string, CimValue> = {};
  for (const field of FIELDS) {
    const given = field.home === home ? valueAt(body, field.path) : undefined;
    if (given !== undefined && field.take !== null) changes[field.property] = field.take(given);
  }
  return changes;
};

const checkGeneration = (body: unknown, generation: 1 | 2): void => {
  const misplaced = FIELDS.find((field: Field) => {
    const only = field.generation;
    return only !== undefined && only !== generation && valueAt(body, field.path) !== undefined;
  });
  if (misplaced === undefined) return;
  const path = misplaced.path.join('.');
  const message = `is for machines of generation ${misplaced.generation} only`;
  throw new Problem('invalid-parameter', `${path} ${message}.`, { errors: [{ path, message }] });
};

/** What is given of the system's own settings, by property. @throws Problem */
const systemChanges = (
  management: Management,
  configuration: string,
  generation: 1 | 2,
  body: unknown,
): Record<string, CimValue> => {
  const changes = changesOf('system', body);
  const order = valueAt(body, ['firmware', 'bootOrder']) as readonly string[] | undefined;
  return order === undefined ? changes : { ...changes, ...takeBootOrder(management, configuration, generation, order) };
};

/**
 * Change what is given, all or nothing: the system's own settings in one call, those of its resources in another. When the second
 * is refused, the first is taken back.
 */
export const changeSettings = async (
  management: Management,
  place: Place,
  id: string,
  body: unknown,
): Promise<void> => {
  const homes = await homesOf(management, place, id);
  const generation = generationOf(homes);
  checkGeneration(body, generation);
  const textOf = (home: Home, changes: Readonly<Record<string, CimValue>>): string =>
    management.setting(HOMES[home], { InstanceID: text(homes[home], 'InstanceID'), ...changes });
  const modifySystem = async (changes: Readonly<Record<string, CimValue>>): Promise<void> => {
    if (Object.keys(changes).length > 0)
      await management.run(MANAGEMENT_SERVICE, 'ModifySystemSettings', { SystemSettings: textOf('system', changes) });
  };
  const system = systemChanges(management, id, generation, body);
  const resources = (['processor', 'memory', 'security'] as const).flatMap((home) => {
    const changes = changesOf(home, body);
    return Object.keys(changes).length === 0 ? [] : [textOf(home, changes)];
  });
  await modifySystem(system);
  if (resources.length === 0) return;
  try {
    await management.run(MANAGEMENT_SERVICE, 'ModifyResourceSettings', { ResourceSettings: resources });
  } catch (error) {
    if (error instanceof StillRunning) throw error;
    const before = systemChanges(management, id, generation, viewOf(homes));
    // Why it was refused matters more than that it could not be taken back.
    const undo = Object.fromEntries(Object.keys(system).map((name) => [name, before[name] ?? null]));
    await modifySystem(undo).catch(() => undefined);
    throw error;
  }
};
