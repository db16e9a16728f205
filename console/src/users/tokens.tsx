import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Role, Token } from '../api/types.ts';
import { useSession } from '../app/session.tsx';
import { dateTime, t, word } from '../i18n/index.ts';
import { Button, Card, Dialog, Empty, Failure, Loading } from '../ui/basics.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { NumberField, SelectField, TextField } from '../ui/fields.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { toast, toastProblem } from '../ui/toasts.tsx';

const ROLES: readonly Role[] = ['viewer', 'operator', 'administrator'];
/** Longest life of a token (docs/rest.md). */
const LONGEST_DAYS = 400;
const DAY_MS = 86_400_000;

/** API tokens for programs: one's own; all of them for administrators. */
export const Tokens = (): ReactNode => {
  const { data, error, refetch } = useQuery(queries.tokens);
  const client = useQueryClient();
  const { user: me, authentication } = useSession();
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const [leaving, setLeaving] = useState<Token | null>(null);
  const fresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['tokens'] });
  return (
    <Card
      title={t('tokens')}
      flush
      actions={
        // A token makes no tokens.
        authentication === 'token' ? null : (
          <Button icon="plus" onClick={() => setAdding(true)}>
            {t('tokens.add')}
          </Button>
        )
      }
    >
      {data === undefined ? (
        error === null ? (
          <Loading lines={2} />
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )
      ) : data.items.length === 0 ? (
        <Empty icon="key" title={t('tokens.none')}>
          <p>{t('tokens.hint')}</p>
        </Empty>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{t('name')}</th>
              <th scope="col" className="hide-narrow">
                {t('user')}
              </th>
              <th scope="col">{t('role')}</th>
              <th scope="col" className="hide-narrow">
                {t('tokens.until')}
              </th>
              <td />
            </tr>
          </thead>
          <tbody>
            {data.items.map((token) => (
              <tr key={token.id}>
                <th scope="row" style={{ overflowWrap: 'anywhere' }}>
                  {token.name}
                </th>
                <td className="hide-narrow">
                  {token.user}{' '}
                  {token.user.toLowerCase() === me.toLowerCase() ? <span className="tag">{t('users.me')}</span> : null}
                </td>
                <td>{word('role', token.role)}</td>
                <td className="hide-narrow">{dateTime(token.expiresAt)}</td>
                <td className="right">
                  <Button
                    look="quiet"
                    icon="trash"
                    aria-label={t('tokens.remove.of', { name: token.name })}
                    onClick={() => setLeaving(token)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {adding ? (
        <NewToken
          onMade={(text) => {
            setShown(text);
            void fresh();
          }}
          onClose={() => setAdding(false)}
        />
      ) : null}
      {shown === null ? null : <Secret text={shown} onClose={() => setShown(null)} />}
      {leaving === null ? null : (
        <Confirm
          title={t('delete.title', { name: leaving.name })}
          action={t('delete')}
          onClose={() => setLeaving(null)}
          run={async () => {
            await send('DELETE', `/tokens/${encodeURIComponent(leaving.id)}`);
            await fresh();
          }}
        >
          <p>{t('tokens.delete.hint')}</p>
        </Confirm>
      )}
    </Card>
  );
};

const NewToken = ({
  onMade,
  onClose,
}: {
  readonly onMade: (text: string) => void;
  readonly onClose: () => void;
}): ReactNode => {
  const { role: own } = useSession();
  const [name, setName] = useState('');
  const [role, setRole] = useState<string>('viewer');
  const [days, setDays] = useState(90);
  const inRange = Number.isInteger(days) && days >= 1 && days <= LONGEST_DAYS;
  const run = async (): Promise<void> => {
    const { token } = await send<{ readonly token: string }>('POST', '/tokens', {
      name: name.trim(),
      role,
      // A minute less, so that the longest life is not too long by the way to the service.
      expiresAt: new Date(Date.now() + days * DAY_MS - 60_000).toISOString(),
    });
    onMade(token);
  };
  return (
    <FormDialog
      title={t('tokens.add')}
      action={t('create')}
      disabled={name.trim() === '' || !inRange}
      onClose={onClose}
      run={run}
    >
      <TextField
        label={t('name')}
        hint={t('tokens.name.hint')}
        required
        maxLength={100}
        value={name}
        onChange={setName}
      />
      <SelectField
        label={t('role')}
        hint={word('roleHint', role)}
        value={role}
        options={ROLES.slice(0, ROLES.indexOf(own) + 1).map((each) => [each, word('role', each)] as const)}
        onChange={setRole}
      />
      <NumberField
        label={t('tokens.days')}
        unit={t('unit.days')}
        min={1}
        max={LONGEST_DAYS}
        value={days}
        fault={inRange ? null : t('field.range', { low: 1, high: LONGEST_DAYS })}
        onChange={setDays}
      />
    </FormDialog>
  );
};

/** The service tells a token this once. */
const Secret = ({ text, onClose }: { readonly text: string; readonly onClose: () => void }): ReactNode => {
  // Only secure pages have a clipboard; elsewhere the text is chosen by hand.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  const copy = (): void => {
    clipboard?.writeText(text).then(
      () => toast('ok', t('copied')),
      (error: unknown) => toastProblem(t('copy'), error),
    );
  };
  return (
    <Dialog title={t('tokens.made')} onClose={onClose}>
      <p>{t('tokens.once')}</p>
      <input
        className="mono"
        readOnly
        aria-label={t('tokens.made')}
        value={text}
        onFocus={(event) => event.target.select()}
      />
      <div className="foot">
        {clipboard === undefined ? null : (
          <Button icon="copy" onClick={copy}>
            {t('copy')}
          </Button>
        )}
        <Button look="primary" onClick={onClose}>
          {t('close')}
        </Button>
      </div>
    </Dialog>
  );
};
