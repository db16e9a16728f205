import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type DragEvent, type ReactNode, useRef, useState, useSyncExternalStore } from 'react';
import { API, send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { FileItem, Upload } from '../api/types.ts';
import { hrefOf, Link } from '../app/router.tsx';
import { useMay } from '../app/session.tsx';
import { bytes, dateTime, t } from '../i18n/index.ts';
import { ImageDialog } from '../images/image-dialog.tsx';
import { useAsk } from '../ui/asking.tsx';
import { Bar, Button, Card, Empty, Failure, Loading, Page } from '../ui/basics.tsx';
import { Icon, type IconName } from '../ui/icons.tsx';
import { toastProblem } from '../ui/toasts.tsx';
import { NewFolder, pathIn } from './new-folder.tsx';
import {
  currentSendings,
  forgetSending,
  isUnderWay,
  onSendings,
  type Sending,
  sendFile,
  stopSending,
} from './uploads.ts';

/** Files in the allowed folders: looked at, uploaded, downloaded. */
const FilesPage = ({ path }: { readonly path: string | null }): ReactNode => {
  const administrator = useMay('administrator');
  if (!administrator)
    return (
      <Page title={t('nav.files')}>
        <div className="card">
          <Empty icon="key" title={t('denied')}>
            <p>{t('denied.hint')}</p>
          </Empty>
        </div>
      </Page>
    );
  return <FolderPage path={path} />;
};

const FolderPage = ({ path }: { readonly path: string | null }): ReactNode => {
  const { data, error, refetch } = useQuery(queries.folder(path));
  const client = useQueryClient();
  const picker = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [making, setMaking] = useState(false);
  const take = (files: FileList | null): void => {
    if (path === null) return;
    for (const file of files ?? [])
      sendFile(file, pathIn(path, file.name), () => {
        void client.invalidateQueries({ queryKey: ['files'] });
        void client.invalidateQueries({ queryKey: ['uploads'] });
      });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <Page
      title={t('nav.files')}
      actions={
        path === null ? null : (
          <>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              aria-label={t('files.upload')}
              onChange={(event) => {
                take(event.target.files);
                event.target.value = '';
              }}
            />
            <Button icon="folder" onClick={() => setMaking(true)}>
              {t('folder.make')}
            </Button>
            <Button look="primary" icon="upload" onClick={() => picker.current?.click()}>
              {t('files.upload')}
            </Button>
          </>
        )
      }
    >
      {making && path !== null ? (
        <NewFolder folder={path} onMade={() => undefined} onClose={() => setMaking(false)} />
      ) : null}
      <div className="stack">
        <Transfers />
        <div
          className={over ? 'card flush dropping' : 'card flush'}
          onDragOver={(event) => {
            if (path === null) return;
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <div className="row" style={{ padding: '0.75rem', flexWrap: 'nowrap' }}>
            {path === null ? null : (
              <a
                className="button icon"
                href={data?.parent == null ? hrefOf('files') : hrefOf('files', data.parent)}
                aria-label={t('browse.up')}
              >
                <Icon name="up" />
              </a>
            )}
            {path === null ? (
              <h2 className="grow">{t('browse.roots')}</h2>
            ) : (
              <code className="grow" style={{ overflowWrap: 'anywhere' }}>
                {path}
              </code>
            )}
            {data?.freeBytes == null ? null : (
              <span className="small muted" style={{ whiteSpace: 'nowrap' }}>
                {t('browse.free', { size: bytes(data.freeBytes) })}
              </span>
            )}
          </div>
          {data === undefined ? (
            error === null ? (
              <Loading />
            ) : (
              <Failure error={error} retry={() => void refetch()} />
            )
          ) : data.items.length === 0 ? (
            <Empty icon="folder" title={t('files.empty')}>
              <p>{t('files.drop')}</p>
            </Empty>
          ) : (
            <Items items={data.items} roots={path === null} />
          )}
        </div>
        {data !== undefined && data.items.length > 0 ? (
          <p className="small muted">{path === null ? t('files.roots.hint') : t('files.drop')}</p>
        ) : null}
      </div>
    </Page>
  );
};

const ICONS: Readonly<Record<string, IconName>> = { disk: 'disk', iso: 'dvd', definition: 'import' };

const Items = ({ items, roots }: { readonly items: readonly FileItem[]; readonly roots: boolean }): ReactNode => (
  <table>
    {roots ? null : (
      <thead>
        <tr>
          <th scope="col">{t('name')}</th>
          <th scope="col" className="right">
            {t('size')}
          </th>
          <th scope="col" className="hide-narrow">
            {t('files.changed')}
          </th>
          <td />
        </tr>
      </thead>
    )}
    <tbody>
      {items.map((item) => (
        <tr key={item.path}>
          <th scope="row">
            <span className="row" style={{ flexWrap: 'nowrap' }}>
              <Icon name={item.kind === 'folder' ? 'folder' : (ICONS[item.type ?? ''] ?? 'file')} />
              <span style={{ overflowWrap: 'anywhere' }}>
                {item.kind === 'folder' ? <Link to={['files', item.path]}>{item.name}</Link> : item.name}
              </span>
            </span>
          </th>
          <td className="right num">
            {item.kind === 'folder' || item.sizeBytes === null ? '' : bytes(item.sizeBytes)}
          </td>
          <td className="hide-narrow num">{item.modifiedAt === null ? '' : dateTime(item.modifiedAt)}</td>
          <td className="right" style={{ whiteSpace: 'nowrap' }}>
            {item.type === 'disk' ? <Tools of={item} /> : null}
            {item.kind === 'folder' ? null : (
              <a
                className="button quiet icon"
                href={`${API}/files/content?path=${encodeURIComponent(item.path)}`}
                download={item.name}
                aria-label={t('files.download.of', { name: item.name })}
              >
                <Icon name="import" />
              </a>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** Its dialog outlives the row: a merge removes the file. */
const Tools = ({ of: { name, path } }: { readonly of: FileItem }): ReactNode => {
  const ask = useAsk();
  return (
    <Button
      look="quiet"
      icon="edit"
      aria-label={t('tool.of', { name })}
      onClick={() => ask((close) => <ImageDialog path={path} onClose={close} />)}
    />
  );
};

/** What is being sent from here, and what was left half sent. */
const Transfers = (): ReactNode => {
  const sendings = useSyncExternalStore(onSendings, currentSendings);
  const { data } = useQuery(queries.uploads);
  const here = new Set(sendings.filter(isUnderWay).map(({ path }) => path));
  const left = (data?.items ?? []).filter(({ path }) => !here.has(path));
  if (sendings.length === 0 && left.length === 0) return null;
  return (
    <Card title={t('files.transfers')} flush>
      <ul>
        {sendings.map((sending) => (
          <SendingRow key={sending.id} sending={sending} />
        ))}
        {left.map((upload) => (
          <LeftRow key={upload.id} upload={upload} />
        ))}
      </ul>
    </Card>
  );
};

const share = (part: number, whole: number): number => (whole === 0 ? 100 : (part / whole) * 100);

const SendingRow = ({ sending }: { readonly sending: Sending }): ReactNode => {
  const { id, name, path, size, sent, state, error } = sending;
  const underWay = isUnderWay(sending);
  return (
    <li className="transfer">
      <div className="row">
        <strong className="grow" style={{ overflowWrap: 'anywhere' }} title={path}>
          {name}
        </strong>
        <span className="small muted num">
          {t(`files.${state}`)} · {t('files.progress', { sent: bytes(sent), size: bytes(size) })}
        </span>
        {underWay ? (
          <Button onClick={() => stopSending(id)} aria-label={t('files.stop.of', { name })}>
            {t('files.stop')}
          </Button>
        ) : (
          <Button
            look="quiet"
            icon="close"
            aria-label={t('files.forget.of', { name })}
            onClick={() => forgetSending(id)}
          />
        )}
      </div>
      {underWay ? <Bar percent={share(sent, size)} label={name} /> : null}
      {state === 'failed' ? <Failure error={error} /> : null}
    </li>
  );
};

const LeftRow = ({ upload }: { readonly upload: Upload }): ReactNode => {
  const client = useQueryClient();
  const { id, path, sizeBytes, receivedBytes, owner, expiresAt } = upload;
  const discard = (): void => {
    send('DELETE', `/files/uploads/${id}`)
      .catch((problem: unknown) => toastProblem(t('files.discard'), problem))
      .finally(() => void client.invalidateQueries({ queryKey: ['uploads'] }));
  };
  return (
    <li className="transfer">
      <div className="row">
        <span className="grow" style={{ overflowWrap: 'anywhere' }}>
          <code>{path}</code>
          <span className="small muted" style={{ display: 'block' }}>
            {t('files.left', {
              sent: bytes(receivedBytes),
              size: bytes(sizeBytes),
              owner: owner.slice(owner.indexOf('\\') + 1),
              until: dateTime(expiresAt),
            })}
          </span>
        </span>
        <Button onClick={discard} aria-label={t('files.discard.of', { name: path })}>
          {t('files.discard')}
        </Button>
      </div>
      <Bar percent={share(receivedBytes, sizeBytes)} label={path} />
    </li>
  );
};

export default FilesPage;
