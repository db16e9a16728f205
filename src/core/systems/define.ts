import { DEFAULT_DEVICES } from '../devices/default-devices.ts';
import { DomainError } from '../errors.ts';
import type { Guid, SettingValue, SettingValues, VirtualSystem } from '../model.ts';
import type { DefineInput, RequestContext } from '../requests.ts';
import type { SystemsContext } from './context.ts';
import { ConfigurationDraft } from './draft.ts';
import { checkExternals } from './machine/external-checks.ts';
import { newGuid, newSerialNumber, parseGuid } from './identifiers.ts';
import { placeResources } from './resources/place-resources.ts';
import { NO_ON_TIME, NO_REQUEST } from './record.ts';
import { copyReference, type ReferenceCopy } from './reference.ts';
import { invalid, quote } from './refusals.ts';
import { effectiveServiceSettings } from './settings/service-settings.ts';
import { DEFAULT_NAME, DEFAULT_VERSION } from './system-defaults.ts';
import { isCheckedFolder, parseVersion, systemProperty } from './settings/system-properties.ts';
import { mergeValues } from './settings/system-values.ts';
import { checkName, checkValues } from './value-checks.ts';

/** DefineSystem and DefinePlannedSystem (management-service §2; planned-systems §4). */
export const defineSystem = async (
  context: SystemsContext,
  _request: RequestContext,
  input: DefineInput,
): Promise<VirtualSystem> => {
  checkValues(input.values);
  const reference = input.reference === null ? null : copyReference(context, input.reference);
  const generation = generationOf(input.values, reference);
  const wanted = wantedId(context, input.values);
  // Two calls that ask for the same identifier take turns; the second finds it taken.
  const id = wanted ?? newGuid();
  return context.turns.run(id, async () => {
    if (context.graph.configuration(id) !== undefined)
      throw new DomainError('inUse', `The identifier ${id} is already in use.`);
    const values = await definedValues(context, input.values, reference, generation);
    if (wanted !== null) await refuseExistingFile(context, id, values);
    const at = context.clock.now();
    const blank: VirtualSystem = {
      id,
      kind: input.kind,
      generation,
      active: {
        id,
        values,
        devices: reference?.devices ?? DEFAULT_DEVICES[generation],
        bootSources: reference?.bootSources ?? NO_SOURCES,
      },
      snapshots: NO_SNAPSHOTS,
      currentSnapshot: null,
      lastApplied: null,
      power: 'off',
      requestedState: NO_REQUEST,
      operation: null,
      process: null,
      onTime: NO_ON_TIME,
      savedState: null,
      createdAt: at,
      configurationChangedAt: at,
      stateChangedAt: at,
      wasRunning: false,
      revision: 1,
    };
    const system = input.resources.length === 0 ? blank : await withResources(context, blank, input);
    await context.ledger.commit(null, system);
    return system;
  });
};

const NO_SOURCES: readonly string[] = Object.freeze([]);
const NO_SNAPSHOTS: VirtualSystem['snapshots'] = Object.freeze([]);

const withResources = async (
  context: SystemsContext,
  system: VirtualSystem,
  input: DefineInput,
): Promise<VirtualSystem> => {
  const draft = new ConfigurationDraft(system, system.active);
  placeResources(draft, input.resources, 'define');
  await checkExternals(context, draft);
  return { ...system, active: draft.finish() };
};

const SUB_TYPE = /^Microsoft:Hyper-V:SubType:([12])$/i;

const generationOf = (values: SettingValues, reference: ReferenceCopy | null): 1 | 2 => {
  const text = values.VirtualSystemSubType;
  if (typeof text !== 'string' || text === '') return reference?.generation ?? 1;
  const generation = SUB_TYPE.exec(text)?.[1];
  if (generation === undefined) {
    throw invalid(
      `VirtualSystemSubType ${quote(text)} is unknown. It is Microsoft:Hyper-V:SubType:1 or Microsoft:Hyper-V:SubType:2.`,
    );
  }
  const number = generation === '2' ? 2 : 1;
  if (reference !== null && reference.generation !== number) {
    throw invalid(
      `The reference configuration is of generation ${reference.generation}, VirtualSystemSubType of ${number}. Take one of them.`,
    );
  }
  return number;
};

/** VirtualSystemIdentifier is honoured when it is a GUID that nobody has (object-model §4). */
const wantedId = (context: SystemsContext, values: SettingValues): Guid | null => {
  const text = values.VirtualSystemIdentifier;
  const id = typeof text === 'string' ? parseGuid(text) : null;
  // A plan may wait for an identifier that it does not have yet (ImportSource.claims).
  const taken = id === null || context.graph.configuration(id) !== undefined || context.graph.plan(id) !== undefined;
  return taken ? null : id;
};

const definedValues = async (
  context: SystemsContext,
  given: SettingValues,
  reference: ReferenceCopy | null,
  generation: 1 | 2,
): Promise<SettingValues> => {
  const accepted: Record<string, SettingValue> = {};
  for (const [name, value] of Object.entries(given)) {
    const property = systemProperty(name);
    if (value === null || property.when === 'readOnly' || name === 'VirtualSystemSubType') continue;
    if (value === '' && EMPTY_IS_MISSING.has(name)) continue;
    if (name === 'ElementName') checkName(String(value));
    else property.check?.(value);
    if (isCheckedFolder(name, value)) await context.paths.checkFolder(value);
    accepted[name] = value;
  }
  const version = accepted.Version;
  if (typeof version === 'string' && parseVersion(version) === null) {
    throw invalid(
      `Version ${quote(version)} is not supported. Versions from 5.0 to 12.x are; the default is ${DEFAULT_VERSION}.`,
    );
  }
  const service = effectiveServiceSettings(context.serviceDefaults, context.graph.serviceSettings());
  return mergeValues(
    generation,
    {
      BIOSGUID: `{${newGuid()}}`,
      BIOSSerialNumber: newSerialNumber(),
      ...(service.DefaultExternalDataRoot === undefined
        ? {}
        : { ConfigurationDataRoot: service.DefaultExternalDataRoot }),
      ...reference?.values,
      ElementName: reference?.name ?? DEFAULT_NAME,
    },
    accepted,
  );
};

/** An empty text in these says as little as none: the defaults hold. */
const EMPTY_IS_MISSING: ReadonlySet<string> = new Set([
  'ElementName',
  'Version',
  'ConfigurationDataRoot',
  'SnapshotDataRoot',
  'SwapFileDataRoot',
  'SuspendDataRoot',
  'LogDataRoot',
  'BIOSGUID',
  'BIOSSerialNumber',
  'BaseBoardSerialNumber',
  'ChassisSerialNumber',
  'ChassisAssetTag',
  'SecureBootTemplateId',
  'AutomaticStartupActionDelay',
  'AutomaticCriticalErrorActionTimeout',
]);

/** K11: an existing definition of the machine's name is somebody's; only a chosen identifier can meet one. */
const refuseExistingFile = async (context: SystemsContext, id: Guid, values: SettingValues): Promise<void> => {
  const root = values.ConfigurationDataRoot;
  const file = `Virtual Machines\\${id}.vmcx`;
  if (typeof root !== 'string' || !(await context.paths.exists(root, file))) return;
  throw new DomainError(
    'failed',
    `The folder ${quote(root)} already has a definition ${quote(file)}. Import it, or choose another identifier.`,
    {
      hresult: '0x80070050',
    },
  );
};
