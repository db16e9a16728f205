import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { addressesOf } from '../api/guest-addresses.ts';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Nic } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { Button, Card, Facts } from '../ui/basics.tsx';
import { toastProblem } from '../ui/toasts.tsx';
import { DeviceCards, type DevicesProps, type DeviceTools } from './device-cards.tsx';
import { NicDialog } from './nic-dialog.tsx';

/** `00155D000001` as people read it. */
export const macText = (mac: string): string => mac.match(/../g)?.join('-') ?? mac;

/** A dynamic address is given at the first start. */
const UNGIVEN = /^0+$/;

/** Network adapters: what they are connected to can be changed while the machine runs. */
export const Nics = ({ of, marked, readOnly }: DevicesProps): ReactNode => (
  <DeviceCards<Nic>
    of={of}
    segment="nics"
    select={({ nics }) => nics}
    icon="nic"
    none={t('nic.none')}
    add={t('nic.add')}
    marked={marked ?? null}
    readOnly={readOnly}
    card={(nic, tools) => <NicCard of={of} nic={nic} tools={tools} />}
    form={(nic, onDone, onClose) => <NicDialog of={of} nic={nic} onDone={onDone} onClose={onClose} />}
    removal={({ name }) => ({ title: t('nic.remove.of', { name }), text: <p>{t('nic.remove.hint')}</p> })}
  />
);

const NicCard = ({
  of,
  nic,
  tools: { may, fresh },
}: {
  readonly of: string;
  readonly nic: Nic;
  readonly tools: DeviceTools;
}): ReactNode => (
  <Card
    title={nic.name}
    actions={
      may === null ? null : (
        <>
          <Button look="quiet" icon="edit" aria-label={t('nic.change.of', { name: nic.name })} onClick={may.change} />
          <Button look="quiet" icon="trash" aria-label={t('nic.remove.of', { name: nic.name })} onClick={may.remove} />
        </>
      )
    }
  >
    <Facts
      items={[
        [
          t('switch'),
          may === null ? (
            (nic.switchName ?? t(nic.switchId === null ? 'notConnected' : 'nic.switch.gone'))
          ) : (
            <SwitchChoice of={of} nic={nic} fresh={fresh} />
          ),
        ],
        [
          'MAC',
          <span>
            {nic.macDynamic && UNGIVEN.test(nic.mac) ? null : <code>{macText(nic.mac)} </code>}
            {nic.macDynamic ? <span className="tag">{t('nic.dynamic')}</span> : null}
          </span>,
        ],
        of.startsWith('vms/')
          ? [t('nic.addresses'), <Addresses machine={of.slice('vms/'.length)} nic={nic.id} />]
          : null,
        nic.vlanId === null ? null : ['VLAN', nic.vlanId],
        nic.kind === 'emulated' ? [t('kind'), t('nic.emulated')] : null,
      ]}
    />
  </Card>
);

/** As the guest says; it has none that we know of while it is off or its agent is silent. */
const Addresses = ({ machine, nic }: { readonly machine: string; readonly nic: string }): ReactNode => {
  const { data } = useQuery(queries.guestAddresses(machine));
  const found = addressesOf(data, nic);
  return found.length === 0
    ? '–'
    : found.map((address) => (
        <div key={address}>
          <code>{address}</code>
        </div>
      ));
};

const SwitchChoice = ({
  of,
  nic,
  fresh,
}: {
  readonly of: string;
  readonly nic: Nic;
  readonly fresh: () => Promise<void>;
}): ReactNode => {
  const { data: switches } = useQuery(queries.switches);
  const connect = (switchId: string | null): void => {
    send('PATCH', `/${of}/nics/${encodeURIComponent(nic.id)}`, { switchId }).then(fresh, (problem: unknown) =>
      toastProblem(t('nic.connect'), problem),
    );
  };
  return (
    <select
      aria-label={t('switch')}
      value={nic.switchId ?? ''}
      onChange={(event) => connect(event.target.value === '' ? null : event.target.value)}
    >
      <option value="">{t('notConnected')}</option>
      {nic.switchId !== null && !(switches ?? []).some(({ id }) => id === nic.switchId) ? (
        <option value={nic.switchId}>{nic.switchName ?? t('nic.switch.gone')}</option>
      ) : null}
      {switches?.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
};
