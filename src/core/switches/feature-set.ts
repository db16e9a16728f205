import { REPEATABLE_FEATURES } from '../devices/port-features.ts';
import { DEVICE_KINDS } from '../devices/kinds.ts';
import { DomainError } from '../errors.ts';
import type { Job } from '../jobs/job.ts';
import type { Guid, OwnSwitch, PortFeature, SettingValue, SettingValues } from '../model.ts';
import type { FeatureInput, HostPortRef, RequestContext } from '../requests.ts';
import { checkDevice } from '../systems/resources/device-rules.ts';
import type { SystemsContext } from '../systems/context.ts';
import { newGuid } from '../systems/identifiers.ts';
import { invalid, quote } from '../systems/refusals.ts';
import { sameValue } from '../settings-equal.ts';
import { checkValues } from '../systems/value-checks.ts';
import { neededFor, portRules } from '../networks/port-rules.ts';
import { SWITCH_FEATURE_ROWS } from '../networks/switch-features.ts';
import type { SwitchWork } from './switch-job.ts';

type Change = (
  request: RequestContext,
  work: SwitchWork,
  id: Guid,
  own: (held: OwnSwitch) => OwnSwitch,
) => Promise<{ readonly job: Job }>;

/** Features of a switch and of its ports to the host: those of machines' ports are settings below their connections. */
export class FeatureSet {
  readonly #context: Pick<SystemsContext, 'network'>;
  readonly #change: Change;

  constructor(context: Pick<SystemsContext, 'network'>, change: Change) {
    this.#context = context;
    this.#change = change;
  }

  async add(
    request: RequestContext,
    ref: HostPortRef,
    inputs: readonly FeatureInput[],
  ): Promise<{ readonly job: Job; readonly made: readonly Guid[] }> {
    const added = inputs.map(({ className, values }): PortFeature => {
      const row = rowOf(ref, className);
      return { id: newGuid(), kind: row.kind, values: differing(row.defaults, {}, values) };
    });
    const { job } = await this.#edit(request, ref, 'add', (held) => [...held, ...added]);
    return { job, made: added.map(({ id }) => id) };
  }

  async modify(
    request: RequestContext,
    ref: HostPortRef,
    changes: readonly { readonly feature: Guid; readonly values: SettingValues }[],
  ): Promise<{ readonly job: Job; readonly made: readonly Guid[] }> {
    const { job } = await this.#edit(request, ref, 'modifyPorts', (held) =>
      held.map((feature) => {
        const wanted = changes.find((one) => one.feature === feature.id);
        if (wanted === undefined) return feature;
        return { ...feature, values: differing(defaultsOf(feature.kind), feature.values, wanted.values) };
      }),
    );
    return { job, made: changes.map(({ feature }) => feature) };
  }

  async remove(request: RequestContext, ref: HostPortRef, ids: readonly Guid[]): Promise<Job> {
    const { job } = await this.#edit(request, ref, 'remove', (held) => held.filter(({ id }) => !ids.includes(id)));
    return job;
  }

  #edit(
    request: RequestContext,
    { switch: id, port }: HostPortRef,
    work: SwitchWork,
    edit: (held: readonly PortFeature[]) => readonly PortFeature[],
  ): Promise<{ readonly job: Job }> {
    return this.#change(request, work, id, (own) => {
      if (port === null) return { ...own, features: checked(edit(own.features)) };
      if (own.ports.every((one) => one.id !== port))
        throw invalid('The switch has no such port. Read its ports again.');
      return {
        ...own,
        ports: own.ports.map((one) => {
          if (one.id !== port) return one;
          const features = checked(edit(one.features));
          if (one.kind === 'external' && features.length > 0)
            throw new DomainError(
              'notSupported',
              'Features of the port to an adapter of the host are not applied by this service. Set them on the ports of machines.',
            );
          this.#requireServed(features);
          return { ...one, features };
        }),
      };
    });
  }

  #requireServed(features: readonly PortFeature[]): void {
    const rules = portRules(
      null,
      features.map(({ id, kind, values }) => ({ part: id, kind, parent: null, values })),
    );
    for (const feature of neededFor(rules)) {
      const reason = this.#context.network.lacks(feature);
      if (reason !== null) throw new DomainError('notSupported', reason);
    }
  }
}

/** All of them may stand together. @throws DomainError invalidParameter */
const checked = (features: readonly PortFeature[]): readonly PortFeature[] => {
  const single = features.map(({ kind }) => kind).filter((kind) => !REPEATABLE_FEATURES.has(kind));
  if (new Set(single).size < single.length)
    throw invalid('There is a feature of this kind already. Modify it, or remove it first.');
  for (const { id, kind, values } of features)
    if (isPortKind(kind)) checkDevice({ part: id, kind, parent: null, values });
  return features;
};

const isPortKind = (kind: string): boolean => DEVICE_KINDS.some((row) => row.kind === kind);

interface FeatureRow {
  readonly kind: string;
  readonly defaults: SettingValues;
}

const rowOf = (ref: HostPortRef, className: string): FeatureRow => {
  const rows: readonly (FeatureRow & { readonly settingClass: string })[] =
    ref.port === null ? SWITCH_FEATURE_ROWS : DEVICE_KINDS.filter((row) => row.featureId !== undefined);
  const found = rows.find((row) => row.settingClass.toLowerCase() === className.toLowerCase());
  if (found !== undefined) return found;
  throw invalid(`${quote(className)} is no feature of ${ref.port === null ? 'a switch' : 'a port of a switch'}.`);
};

const defaultsOf = (kind: string): SettingValues =>
  [...SWITCH_FEATURE_ROWS, ...DEVICE_KINDS].find((row) => row.kind === kind)?.defaults ?? {};

/** What differs from the defaults after a client's text. */
const differing = (defaults: SettingValues, held: SettingValues, given: SettingValues): SettingValues => {
  checkValues(given);
  const values: Record<string, SettingValue> = { ...held };
  for (const [name, value] of Object.entries(given)) {
    if (value === null || IDENTITY.has(name)) continue;
    if (sameValue(defaults[name], value)) delete values[name];
    else values[name] = value;
  }
  return values;
};

const IDENTITY: ReadonlySet<string> = new Set(['InstanceID', 'Caption', 'Description']);
