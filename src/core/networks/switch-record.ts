import { damagedRecord } from '../errors.ts';
import type { EthernetSwitch, NatNetwork, OwnSwitch } from '../model.ts';
import type { StoreChange } from '../ports.ts';
import { kindOfPorts } from './switch-kind.ts';
import { bridgeName } from './switch-network.ts';

/** What of a switch is ours to remember; of one that is found on the host, only its name and notes. */
interface StoredSwitch {
  readonly name: string;
  readonly notes: string;
  readonly own?: OwnSwitch;
  /** Network of the NAT switch. */
  readonly nat?: NatNetwork & { readonly bridge: string };
}

export const isStored = (record: unknown): record is StoredSwitch =>
  typeof record === 'object' &&
  record !== null &&
  typeof (record as StoredSwitch).name === 'string' &&
  typeof (record as StoredSwitch).notes === 'string';

/** @throws DomainError when the record of a switch of ours is damaged: it is not guessed what the host is to have */
export const ownSwitch = (id: string, record: unknown): EthernetSwitch | null => {
  if (typeof record !== 'object' || record === null || !('own' in record)) return null;
  const { own } = record as { readonly own: OwnSwitch };
  const whole =
    isStored(record) &&
    typeof own === 'object' &&
    own !== null &&
    Array.isArray(own.ports) &&
    Array.isArray(own.features) &&
    typeof own.values === 'object' &&
    typeof own.createdAt === 'number';
  if (!whole) throw damagedRecord('switches', id);
  return { id, name: record.name, notes: record.notes, kind: kindOfPorts(own.ports), bridge: bridgeName(id), own };
};

export const storeSwitch = (held: EthernetSwitch): StoreChange => ({
  table: 'switches',
  key: held.id,
  value: {
    name: held.name,
    notes: held.notes,
    ...(held.own === undefined ? {} : { own: held.own }),
    ...(held.nat === undefined ? {} : { nat: { ...held.nat, bridge: held.bridge } }),
  },
});

export const forgetSwitch = (held: EthernetSwitch): StoreChange => ({ table: 'switches', key: held.id, value: null });
