import { type FormEvent, type ReactNode, useState } from 'react';
import { t } from '../i18n/index.ts';
import { Button, Dialog } from '../ui/basics.tsx';
import { AreaField } from '../ui/fields.tsx';
import { keysymOf } from './keys.ts';

/** Text typed into the guest key by key: it has no clipboard of ours. */
export const TypeDialog = ({
  onType,
  onClose,
}: {
  readonly onType: (keysyms: readonly number[]) => void;
  readonly onClose: () => void;
}): ReactNode => {
  const [text, setText] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onType([...text.replaceAll('\r\n', '\n')].map(keysymOf));
    onClose();
  };
  return (
    <Dialog title={t('screen.type')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <AreaField label={t('screen.text')} hint={t('screen.type.hint')} value={text} onChange={setText} />
        <div className="foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" type="submit" disabled={text === ''}>
            {t('screen.type')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
