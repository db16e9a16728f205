import type { ReactNode } from 'react';
import type { Machine, Settings } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { PathField } from '../import/path-field.tsx';
import { Card, Facts } from '../ui/basics.tsx';
import { isOn } from './actions.ts';

type Folders = Settings['folders'];

/**
 * Where a machine keeps what is its own. The folder of its configuration stays what it was made with; the others can be changed as long as
 * nothing lies in them: without checkpoints, and while it is off. All of a plan (`machine` null) can.
 */
export const FoldersCard = ({
  folders,
  machine,
  fault,
  onChange,
}: {
  readonly folders: Folders;
  readonly machine: Machine | null;
  readonly fault: (path: string) => string | null;
  readonly onChange: (change: Partial<Folders>) => void;
}): ReactNode => {
  const on = machine !== null && isOn(machine);
  const held = machine !== null && machine.checkpointCount > 0;
  const field = (name: keyof Folders, label: string, hint: string | undefined): ReactNode => (
    <PathField
      label={label}
      hint={hint}
      disabled={hint !== undefined}
      fault={fault(`folders.${name}`)}
      value={folders[name]}
      onChange={(path) => onChange({ [name]: path })}
      want="folder"
    />
  );
  return (
    <Card title={t('folders')}>
      <div className="form">
        {machine === null ? (
          field('configuration', t('folder.configuration'), undefined)
        ) : (
          <Facts items={[[t('folder.configuration'), <code>{folders.configuration}</code>]]} />
        )}
        {field('checkpoints', t('tab.checkpoints'), held ? t('folder.held') : on ? t('field.off') : undefined)}
        {field('swap', t('folder.swap'), on ? t('field.off') : undefined)}
      </div>
    </Card>
  );
};
