import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Nic } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { SelectField, TextField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { mergePatch } from './merge-patch.ts';

const bare = (mac: string): string => mac.replaceAll(/[-:.\s]/g, '').toUpperCase();

export const NicDialog = ({
  of,
  nic,
  onDone,
  onClose,
}: {
  readonly of: string;
  readonly nic: Nic | null;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): ReactNode => {
  const { data: switches } = useQuery(queries.switches);
  const [name, setName] = useState(nic?.name ?? t('nic.name'));
  const [kind, setKind] = useState('synthetic');
  const [switchId, setSwitchId] = useState(nic?.switchId ?? '');
  const [mac, setMac] = useState(nic === null || nic.macDynamic ? '' : nic.mac);
  const [vlan, setVlan] = useState(nic?.vlanId == null ? '' : String(nic.vlanId));
  const macFault = mac === '' || /^[0-9A-F]{12}$/.test(bare(mac)) ? null : t('nic.mac.fault');
  const vlanFault =
    vlan === '' || (/^\d{1,4}$/.test(vlan) && Number(vlan) >= 1 && Number(vlan) <= 4094)
      ? null
      : t('field.range', { low: 1, high: 4094 });
  const run = async (): Promise<void> => {
    const body = {
      name,
      switchId: switchId === '' ? null : switchId,
      mac: mac === '' ? null : bare(mac),
      vlanId: switchId === '' ? (nic?.vlanId ?? null) : vlan === '' ? null : Number(vlan),
    };
    if (nic === null) await send('POST', `/${of}/nics`, { kind, ...body });
    else {
      // What is not changed here is not sent: somebody else may have changed it since.
      const before = { ...nic, mac: nic.macDynamic ? null : nic.mac };
      const patch = mergePatch(before, body);
      if (patch !== undefined) await send('PATCH', `/${of}/nics/${encodeURIComponent(nic.id)}`, patch);
    }
    onDone();
  };
  return (
    <FormDialog
      title={nic === null ? t('nic.add') : t('nic.change.of', { name: nic.name })}
      action={nic === null ? t('add') : t('apply')}
      disabled={macFault !== null || (vlanFault !== null && switchId !== '') || name.trim() === ''}
      onClose={onClose}
      run={run}
    >
      <TextField label={t('name')} required value={name} onChange={setName} />
      {nic === null ? (
        <SelectField
          label={t('kind')}
          value={kind}
          options={[
            ['synthetic', t('nic.synthetic')],
            ['emulated', t('nic.emulated')],
          ]}
          onChange={setKind}
        />
      ) : null}
      <SelectField
        label={t('switch')}
        value={switchId}
        options={[['', t('notConnected')], ...(switches ?? []).map(({ id, name: text }) => [id, text] as const)]}
        onChange={setSwitchId}
      />
      <TextField
        label={t('nic.mac')}
        hint={t('nic.mac.hint')}
        fault={macFault}
        spellCheck={false}
        value={mac}
        onChange={setMac}
      />
      <TextField
        label="VLAN"
        // A VLAN is one of the switch's port.
        disabled={switchId === ''}
        hint={switchId === '' ? t('nic.vlan.switch') : t('nic.vlan.hint')}
        fault={switchId === '' ? null : vlanFault}
        inputMode="numeric"
        value={vlan}
        onChange={setVlan}
      />
    </FormDialog>
  );
};
