import { CimInstance } from '../../../cim/instance.ts';
import { printEmbedded } from '../../../cim/embedded/print-embedded.ts';
import { DomainError } from '../../../core/errors.ts';
import type { Configuration, DeviceSetting } from '../../../core/model.ts';
import { jobPlan } from './job-desk.ts';
import {
  changedItems,
  checkKvpItem,
  type KvpChange,
  type KvpItem,
  type KvpSource,
  MAX_ITEMS_PER_CALL,
} from './kvp-items.ts';
import type { MethodCall, MethodRow } from './method.ts';
import type { MethodServices } from './services.ts';
import { affectedSystem } from './systems.ts';
import { requireSystem } from './targets.ts';

/** JobType 0: unknown; no source has a number for these jobs (management-service §1, rows 22-24). */
const KVP_JOB = 0;
const ENABLED = 2;
const ITEM_CLASS = 'Msvm_KvpExchangeDataItem';

const TO_GUEST: KvpSource = 0;
const HOST_ONLY: KvpSource = 4;

/** AddKvpItems, ModifyKvpItems, RemoveKvpItems: always a job, in which a wrong key fails (management-service §2). */
export const kvpMethods = (services: MethodServices): Readonly<Record<string, MethodRow>> => {
  const read = (texts: readonly string[]): readonly KvpItem[] =>
    texts.map((text) => {
      const item = services.texts.read('DataItems', text, ITEM_CLASS);
      return checkKvpItem('add', item.get('Name'), item.get('Data'), item.get('Source'));
    });

  const print = (items: readonly KvpItem[]): readonly string[] =>
    items.map(({ name, data, source }) =>
      printEmbedded(new CimInstance(services.projection.class(ITEM_CLASS), { Name: name, Data: data, Source: source })),
    );

  const changed = (held: readonly string[], change: KvpChange, items: readonly KvpItem[], source: KvpSource) => {
    const mine = items.filter((item) => item.source === source);
    return mine.length === 0 ? held : print(changedItems(read(held), change, mine));
  };

  const run = async (call: MethodCall, change: KvpChange) => {
    const { request, args } = call;
    const system = requireSystem(services.references, 'TargetSystem', args.requiredReference('TargetSystem'));
    const texts = args.requiredTexts('DataItems');
    if (texts.length > MAX_ITEMS_PER_CALL) {
      throw new DomainError(
        'invalidParameter',
        `DataItems has more than ${MAX_ITEMS_PER_CALL} items. Send them in several calls.`,
      );
    }
    const items = services.texts
      .readAll('DataItems', texts, ITEM_CLASS)
      .map((item) => checkKvpItem(change, item.get('Name'), item.get('Data'), item.get('Source')));
    const component = componentOf(system.active);
    if ((component.values['EnabledState'] ?? ENABLED) !== ENABLED) {
      throw new DomainError(
        'invalidState',
        'Key-value pair exchange is disabled for the virtual machine. Enable its component first.',
      );
    }
    const job = await services.jobs.run(request, jobPlan(KVP_JOB, [affectedSystem(system, 0)]), () =>
      services.auxiliary.changeKvpItems(request, system.id, (held) => ({
        HostExchangeItems: changed(held.HostExchangeItems, change, items, TO_GUEST),
        HostOnlyItems: changed(held.HostOnlyItems, change, items, HOST_ONLY),
      })),
    );
    return { kind: 'job', job } as const;
  };

  const row = (change: KvpChange): MethodRow => ({
    right: 'operate',
    jobType: KVP_JOB,
    out: [],
    run: (call) => run(call, change),
  });

  return { AddKvpItems: row('add'), ModifyKvpItems: row('modify'), RemoveKvpItems: row('remove') };
};

const componentOf = (configuration: Configuration): DeviceSetting => {
  const component = configuration.devices.find((device) => device.kind === 'kvp');
  if (component !== undefined) return component;
  throw new DomainError('invalidState', 'The virtual machine has no key-value pair exchange component.');
};
