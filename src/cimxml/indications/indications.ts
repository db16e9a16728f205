import { randomUUID } from 'node:crypto';
import { timestampOfMs } from '../../cim/datetime/cim-datetime.ts';
import { CimError } from '../../cim/errors.ts';
import type { CimInstance } from '../../cim/instance.ts';
import { sameName } from '../../cim/names.ts';
import { ObjectPath } from '../../cim/object-path.ts';
import type { CimBroker, OperationContext } from '../../cim/operations.ts';
import { pathKey } from '../../cim/path/compare-paths.ts';
import type { InstanceProvider } from '../../cim/provider.ts';
import type { CimValue } from '../../cim/values.ts';
import { type AllowDelivery, allowedAddress } from '../../http/deliver.ts';
import type { EndpointLog } from '../../http/log.ts';
import { InstanceWriter } from '../values/instance-writer.ts';
import { PathWriter } from '../values/path-writer.ts';
import { Delivery } from './delivery.ts';
import { exportIndication } from './export.ts';
import { IndicationClass } from './indication-class.ts';
import type { IndicationStorage } from './records.ts';

export interface IndicationOptions {
  readonly broker: CimBroker;
  readonly storage: IndicationStorage;
  /** Which listeners may be addressed (hardening 17). */
  readonly allowDelivery: AllowDelivery;
  /** Is there still an account of this name, `HOST\\user`? */
  readonly isAccount: (owner: string) => boolean;
  readonly log: EndpointLog;
  /** Wall clock, ms. */
  readonly now?: () => number;
  readonly retryMs?: number;
}

const NAMESPACE = 'root\\interop';
const DESTINATIONS = ['CIM_ListenerDestinationCIMXML', 'CIM_IndicationHandlerCIMXML'];
const STATE = { enabled: 2, disabled: 4 } as const;
const POLICY = { ignore: 2, disable: 3, remove: 4 } as const;
const CIM_XML = 2;
const PERMANENT = 2;

/**
 * Filters, listeners and subscriptions in root\interop (DSP1054), and what they stand for: events of a namespace on their
 * way to a CIM-XML listener. They outlive the service.
 */
export class Indications {
  readonly providers: readonly InstanceProvider[];
  readonly #options: IndicationOptions;
  readonly #filters: IndicationClass;
  readonly #destinations: readonly IndicationClass[];
  readonly #subscriptions: IndicationClass;
  readonly #writer: InstanceWriter;
  readonly #deliveries = new Map<string, Delivery>();
  #changes: Promise<unknown> = Promise.resolve();

  constructor(options: IndicationOptions) {
    this.#options = options;
    const { broker, storage } = options;
    const kept = { storage, inTurn: <T>(change: () => Promise<T>): Promise<T> => this.#inTurn(change) };
    this.#writer = new InstanceWriter(new PathWriter(broker.repository, broker.hostName));
    const schema = broker.repository.namespace(NAMESPACE);
    if (schema === undefined) throw new Error(`the schema has no namespace ${NAMESPACE}`);
    this.#filters = new IndicationClass(schema, 'CIM_IndicationFilter', kept, {
      check: (filter) => this.#checkFilter(this.#withKeys(filter)),
      checkRemoval: (filter) => this.#checkUnused('Filter', filter),
      changeable: [],
    });
    this.#destinations = DESTINATIONS.map(
      (className) =>
        new IndicationClass(schema, className, kept, {
          check: (destination) => this.#checkDestination(this.#withKeys(destination)),
          checkRemoval: (destination) => this.#checkUnused('Handler', destination),
          changeable: [],
        }),
    );
    this.#subscriptions = new IndicationClass(schema, 'CIM_IndicationSubscription', kept, {
      check: (subscription) => this.#checkSubscription(subscription),
      checkStill: (subscription, owner) => this.#checkStill(subscription, owner),
      stored: (subscription, owner) => this.#follow(subscription, owner),
      removed: (subscription) => this.#end(subscription),
      changeable: ['OnFatalErrorPolicy', 'SubscriptionState'],
    });
    this.providers = [this.#filters, ...this.#destinations, this.#subscriptions];
  }

  /** Take up what was stored; call it when the broker has all its providers. */
  async open(): Promise<void> {
    const records = await this.#options.storage.load();
    for (const one of [this.#filters, ...this.#destinations, this.#subscriptions]) one.restore(records);
    await this.endOrphans();
  }

  /**
   * Disables the subscriptions of accounts that were removed, for good: also somebody who gets such a name later must
   * enable them anew. Nothing of them is delivered from the call on. @returns how many
   */
  async endOrphans(): Promise<number> {
    for (const { instance } of this.#orphans()) this.#end(instance);
    // One that is being stored for an account that went meanwhile.
    await this.#inTurn(() => Promise.resolve());
    const orphans = this.#orphans();
    for (const { instance, owner } of orphans) {
      const path = instance.path();
      if (path === null) continue;
      const told = { owner, subscription: keyOf(instance) };
      try {
        await this.#subscriptions.modify(this.#context(owner), path, { SubscriptionState: STATE.disabled });
        this.#options.log.warn(told, 'a subscription was disabled: the account that made it is gone');
      } catch (error) {
        // Of a full disk, say. It delivers nothing all the same, and the next start tries again.
        this.#options.log.error({ err: error, ...told }, 'a subscription of a removed account could not be disabled');
      }
    }
    return orphans.length;
  }

  #orphans(): readonly { readonly instance: CimInstance; readonly owner: string }[] {
    return this.#subscriptions
      .owned()
      .filter(({ instance, owner }) => !this.#options.isAccount(owner) && isEnabled(instance));
  }

  #checkStill(subscription: CimInstance, owner: string): void {
    this.#ends(subscription);
    if (!this.#options.isAccount(owner)) throw new CimError('accessDenied', 'The account was removed.');
  }

  close(): void {
    for (const delivery of this.#deliveries.values()) delivery.close();
    this.#deliveries.clear();
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const own = this.#changes.then(change);
    this.#changes = own.catch(() => undefined);
    return own;
  }

  /** Keys that clients leave to the server. */
  #withKeys(instance: CimInstance): CimInstance {
    const or = (name: string, value: CimValue): CimValue => instance.get(name) ?? value;
    return instance.with({
      SystemCreationClassName: or('SystemCreationClassName', 'CIM_ComputerSystem'),
      SystemName: or('SystemName', this.#options.broker.hostName),
      CreationClassName: or('CreationClassName', instance.class.name),
      Name: or('Name', `vsms:${randomUUID()}`),
    });
  }

  #checkFilter(filter: CimInstance): CimInstance {
    const language = textOf(filter, 'QueryLanguage') ?? 'WQL';
    if (!['WQL', 'DMTF:CQL'].some((known) => sameName(known, language.trim())))
      throw new CimError('invalidQueryLanguage', `Query language "${language.slice(0, 40)}" is not WQL.`);
    if (textOf(filter, 'Query') === null)
      throw new CimError('invalidParameter', 'Query is needed.', { subject: 'Query' });
    // Not the first of them in silence: what happens in the others would never be told.
    if (namespacesOf(filter).length > 1)
      throw new CimError('invalidParameter', 'A filter has one source namespace here: make a filter for each.', {
        subject: 'SourceNamespaces',
      });
    // It is tried, so that a query that cannot work is refused to whoever wrote it.
    this.#subscribe(filter, this.#context('local')).close();
    return filter.with({ QueryLanguage: language, IndividualSubscriptionSupported: true });
  }

  async #checkDestination(destination: CimInstance): Promise<CimInstance> {
    const url = urlOf(destination);
    if (url === null)
      throw new CimError(
        'invalidParameter',
        'Destination is the http or https URL of a listener, without a password.',
        {
          subject: 'Destination',
        },
      );
    if ((await allowedAddress(url, this.#options.allowDelivery)) === null)
      throw new CimError(
        'invalidParameter',
        `Delivery to ${url.host} is not allowed here. Ask the administrator to list this address in event_sinks.`,
        { subject: 'Destination' },
      );
    return destination.with({
      Protocol: CIM_XML,
      PersistenceType: destination.get('PersistenceType') ?? PERMANENT,
    });
  }

  #checkSubscription(subscription: CimInstance): CimInstance {
    const policy = subscription.get('OnFatalErrorPolicy') ?? POLICY.ignore;
    const state = subscription.get('SubscriptionState') ?? STATE.enabled;
    if (!Object.values<CimValue>(POLICY).includes(policy))
      throw new CimError('invalidParameter', 'OnFatalErrorPolicy is 2 (ignore), 3 (disable) or 4 (remove).');
    if (!Object.values<CimValue>(STATE).includes(state))
      throw new CimError('invalidParameter', 'SubscriptionState is 2 (enabled) or 4 (disabled).');
    const { filter, destination } = this.#ends(subscription);
    const now = timestampOfMs((this.#options.now ?? Date.now)());
    return subscription.with({
      Filter: filter.path(),
      Handler: destination.path(),
      OnFatalErrorPolicy: policy,
      SubscriptionState: state,
      RepeatNotificationPolicy: 2,
      SubscriptionStartTime: subscription.get('SubscriptionStartTime') ?? now,
      TimeOfLastStateChange: now,
    });
  }

  /** @throws CimError invalidParameter when one of them is not there */
  #ends(subscription: CimInstance): { readonly filter: CimInstance; readonly destination: CimInstance } {
    const [filterPath, handlerPath] = [subscription.get('Filter'), subscription.get('Handler')];
    const filter = filterPath instanceof ObjectPath ? this.#filters.find(filterPath) : undefined;
    const destination =
      handlerPath instanceof ObjectPath
        ? this.#destinations.find((d) => sameName(d.className, handlerPath.className))?.find(handlerPath)
        : undefined;
    if (filter === undefined || destination === undefined)
      throw new CimError(
        'invalidParameter',
        'Filter and Handler name a filter and a listener destination that are there.',
        {
          subject: filter === undefined ? 'Filter' : 'Handler',
        },
      );
    return { filter, destination };
  }

  #checkUnused(role: 'Filter' | 'Handler', instance: CimInstance): void {
    const path = instance.path();
    for (const subscription of this.#subscriptions.enumerate()) {
      const end = subscription.get(role);
      if (path !== null && end instanceof ObjectPath && pathKey(end) === pathKey(path))
        throw new CimError('failed', 'A subscription uses it; delete that first.');
    }
  }

  #subscribe(filter: CimInstance, context: OperationContext) {
    const [first] = namespacesOf(filter);
    const namespace = first ?? textOf(filter, 'SourceNamespace') ?? NAMESPACE;
    return this.#options.broker.subscribe(context, namespace, textOf(filter, 'Query') ?? '');
  }

  /** An administrator made it (authorize); what it shows is what any reader sees. */
  #context(owner: string): OperationContext {
    return {
      caller: { name: owner, role: 'viewer', address: 'local' },
      requestId: randomUUID(),
      protocol: 'cimxml',
      signal: new AbortController().signal,
    };
  }

  /** Deliver, or stop delivering, as the subscription says. */
  #follow(subscription: CimInstance, owner: string): void {
    this.#end(subscription);
    if (!isEnabled(subscription) || !this.#options.isAccount(owner)) return;
    const key = keyOf(subscription);
    try {
      const { filter, destination } = this.#ends(subscription);
      const url = urlOf(destination);
      if (url === null) throw new CimError('invalidParameter', 'The destination is no URL.');
      const { log, allowDelivery, retryMs } = this.#options;
      const delivery = new Delivery({
        subscription: this.#subscribe(filter, this.#context(owner)),
        filterName: textOf(filter, 'Name') ?? '',
        send: (indication, signal) => exportIndication(url, this.#writer.instance(indication), allowDelivery, signal),
        onFailure: (error) => this.#failed(subscription, owner, url, error),
        onDropped: (count) => log.warn({ listener: url.host, count }, 'indications lost: the listener is too slow'),
        ...(retryMs === undefined ? {} : { retryMs }),
      });
      this.#deliveries.set(key, delivery);
    } catch (error) {
      this.#options.log.error({ err: error, subscription: key }, 'a subscription cannot be followed');
    }
  }

  /** As the subscription's OnFatalErrorPolicy says; true: the next indication is tried. */
  #failed(subscription: CimInstance, owner: string, url: URL, error: Error): boolean {
    const policy = subscription.get('OnFatalErrorPolicy');
    this.#options.log.warn(
      { listener: url.host, reason: error.message, policy },
      'an indication could not be delivered',
    );
    if (policy === POLICY.ignore) return true;
    // Also where that cannot be stored: nobody would read what is gathered for it.
    this.#end(subscription);
    const path = subscription.path();
    if (path !== null) {
      const context = this.#context(owner);
      const change: Promise<unknown> =
        policy === POLICY.remove
          ? this.#subscriptions.remove(context, path)
          : this.#subscriptions.modify(context, path, { SubscriptionState: STATE.disabled });
      change.catch((cause: unknown) => this.#options.log.error({ err: cause }, 'a subscription could not be ended'));
    }
    return false;
  }

  #end(subscription: CimInstance): void {
    const key = keyOf(subscription);
    this.#deliveries.get(key)?.close();
    this.#deliveries.delete(key);
  }
}

const isEnabled = (subscription: CimInstance): boolean => subscription.get('SubscriptionState') === STATE.enabled;

/** Where a filter's events come from; none: where the older property says. */
const namespacesOf = (filter: CimInstance): readonly string[] => {
  const named = (filter.get('SourceNamespaces') ?? []) as readonly (string | null)[];
  return named.filter((name) => name !== null);
};

const textOf = (instance: CimInstance, name: string): string | null => {
  const value = instance.get(name);
  return typeof value === 'string' && value.trim() !== '' ? value : null;
};

/** null: no http or https URL, or one with a password, which everybody who may read would see. */
function urlOf(destination: CimInstance): URL | null {
  const url = URL.parse(textOf(destination, 'Destination') ?? '');
  const known = url?.protocol === 'http:' || url?.protocol === 'https:';
  return known && url.username === '' && url.password === '' ? url : null;
}

const keyOf = (instance: CimInstance): string => {
  const path = instance.path();
  return path === null ? '' : pathKey(path);
};
