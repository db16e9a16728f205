import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { t } from '../i18n/index.ts';
import { Bar, Button, Dialog } from '../ui/basics.tsx';
import { AreaField } from '../ui/fields.tsx';
import { type Stroke, strokesOf, untypable } from './keys.ts';

/** QEMU takes a movement of a key each 10 ms, and drops what it cannot keep: some 250 characters. */
const STROKE_MS = 15;

/** Text typed into the guest key by key: it has no clipboard of ours. Closing the dialog ends it. */
export const TypeDialog = ({
  onStroke,
  onClose,
}: {
  readonly onStroke: (stroke: Stroke) => void;
  readonly onClose: () => void;
}): ReactNode => {
  const [text, setText] = useState('');
  const [typed, setTyped] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const characters = [...text.replaceAll('\r\n', '\n')];
  const strange = untypable(text.replaceAll('\r\n', '\n'));
  const type = (at: number): void => {
    const character = characters[at];
    if (character === undefined) return onClose();
    setTyped(at);
    const strokes = strokesOf(character);
    for (const stroke of strokes) onStroke(stroke);
    timer.current = setTimeout(type, strokes.length * STROKE_MS, at + 1);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    type(0);
  };
  return (
    <Dialog title={t('screen.type')} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <AreaField
          label={t('screen.text')}
          hint={t('screen.type.hint')}
          fault={strange.length === 0 ? null : t('screen.type.fault', { characters: strange.join(' ') })}
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
