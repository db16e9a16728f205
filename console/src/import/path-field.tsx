import { type ReactNode, useContext, useState } from 'react';
import { t } from '../i18n/index.ts';
import { Button, Dialog } from '../ui/basics.tsx';
import { TextField } from '../ui/fields.tsx';
import { TypedContext } from '../ui/typed.ts';
import { Browser, type Wanted } from './browser.tsx';

/** A path on the host: typed, or found in the allowed folders. */
export const PathField = ({
  label,
  hint,
  fault,
  disabled = false,
  value,
  onChange,
  want,
  picked = (path) => path,
}: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly fault?: string | null;
  readonly disabled?: boolean;
  readonly value: string;
  readonly onChange: (path: string) => void;
  readonly want: Wanted;
  /** What becomes of a path that was found, not typed: a folder gets the name of a new file. */
  readonly picked?: (path: string) => string;
}): ReactNode => {
  const [open, setOpen] = useState(false);
  const typed = useContext(TypedContext);
  return (
    <>
      <TextField
        label={label}
        hint={hint}
        fault={fault}
        disabled={disabled}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={onChange}
        beside={
          <Button
            icon="folder"
            aria-label={`${label}: ${t('browse')}`}
            disabled={disabled}
            onClick={() => setOpen(true)}
          />
        }
      />
      {open ? (
        <Dialog title={label} onClose={() => setOpen(false)}>
          <Browser
            want={want}
            onPick={(path) => {
              onChange(picked(path));
              typed();
              setOpen(false);
            }}
          />
          <div className="foot">
            <Button onClick={() => setOpen(false)}>{t('cancel')}</Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
};
