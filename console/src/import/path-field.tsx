import { type ReactNode, useState } from 'react';
import { t } from '../i18n/index.ts';
import { Button, Dialog } from '../ui/basics.tsx';
import { TextField } from '../ui/fields.tsx';
import { Browser, type Wanted } from './browser.tsx';

/** A path on the host: typed, or found in the allowed folders. */
export const PathField = ({
  label,
  hint,
  value,
  onChange,
  want,
  picked = (path) => path,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly want: Wanted;
  /** What becomes of a path that was found, not typed: a folder gets the name of a new file. */
  readonly picked?: (path: string) => string;
}): ReactNode => {
  const [open, setOpen] = useState(false);
  return (
    <div className="row" style={{ alignItems: 'flex-end', flexWrap: 'nowrap' }}>
      <div className="grow">
        <TextField label={label} hint={hint} spellCheck={false} autoComplete="off" value={value} onChange={onChange} />
      </div>
      <Button
        icon="folder"
        aria-label={`${label}: ${t('browse')}`}
        onClick={() => setOpen(true)}
        style={{ marginBottom: hint === undefined ? '0.3rem' : '1.6rem' }}
      />
      {open ? (
        <Dialog title={label} onClose={() => setOpen(false)}>
          <Browser
            want={want}
            onPick={(path) => {
              onChange(picked(path));
              setOpen(false);
            }}
          />
          <div className="foot">
            <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
          </div>
        </Dialog>
      ) : null}
    </div>
  );
};
