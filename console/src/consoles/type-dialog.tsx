import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { t } from '../i18n/index.ts';
import { Bar, Button, Dialog } from '../ui/basics.tsx';
import { AreaField } from '../ui/fields.tsx';
import { strokesOf, untypable } from './keys.ts';
import { type Stroke, typeAll } from './typing.ts';

/**
 * Text typed into the guest key by key: it has no clipboard of ours. Closing the dialog ends it; where the console goes away meanwhile,
 * what has not been typed stays.
 */
export const TypeDialog = ({
  onStroke,
  onClose,
}: {
  /** False: the console is gone. */
  readonly onStroke: (stroke: Stroke) => boolean;
  readonly onClose: () => void;
}): ReactNode => {
  const [text, setText] = useState('');
  const [typed, setTyped] = useState<number | null>(null);
  const [lost, setLost] = useState(false);
  const open = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    open.current = controller;
    return () => controller.abort();
  }, []);
  const characters = [...text.replaceAll('\r\n', '\n')];
  const strange = untypable(text.replaceAll('\r\n', '\n'));
  const type = async (): Promise<void> => {
    const { signal } = open.current;
    setLost(false);
    const done = await typeAll(characters.map(strokesOf), { press: onStroke, told: setTyped, signal });
    if (signal.aborted) return;
    if (done === characters.length) return onClose();
    setText(characters.slice(done).join(''));
    setTyped(null);
    setLost(true);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void type();
  };
  return (
    <Dialog title={t('screen.type')} unsaved={text !== '' && typed === null} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <AreaField
          label={t('screen.text')}
          hint={t('screen.type.hint')}
          fault={
            strange.length > 0
              ? t('screen.type.fault', { characters: strange.join(' ') })
              : lost
                ? t('screen.type.lost')
                : null
          }
          value={text}
          onChange={setText}
        />
        {typed === null ? null : <Bar percent={(typed / characters.length) * 100} label={t('screen.type')} />}
        <div className="foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button look="primary" type="submit" busy={typed !== null} disabled={text === '' || strange.length > 0}>
            {t('screen.type')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
