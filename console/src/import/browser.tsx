import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { FileItem } from '../api/types.ts';
import { bytes, t } from '../i18n/index.ts';
import { Button, Empty, Failure, Loading } from '../ui/basics.tsx';
import { NewFolder } from '../files/new-folder.tsx';
import { Icon } from '../ui/icons.tsx';

export type Wanted = 'folder' | 'definition' | 'disk' | 'iso';

const fits = ({ kind, type }: FileItem, want: Wanted): boolean =>
  kind === 'folder' ||
  type === want ||
  // A disk in no format that is known by its name may still be a raw one.
  (want === 'disk' && type === 'other');

/** The folders that clients may use, from their roots. */
export const Browser = ({
  want,
  onPick,
}: {
  readonly want: Wanted;
  readonly onPick: (path: string) => void;
}): ReactNode => {
  const [path, setPath] = useState<string | null>(null);
  const [making, setMaking] = useState(false);
  const { data, error, refetch } = useQuery(queries.folder(path));
  const items = (data?.items ?? []).filter((item) => fits(item, want));
  return (
    <div className="stack">
      <div className="row">
        <Button
          icon="up"
          aria-label={t('browse.up')}
          disabled={path === null}
          onClick={() => setPath(data?.parent ?? null)}
        />
        <code className="grow">{path ?? t('browse.roots')}</code>
        {data?.freeBytes == null ? null : (
          <span className="small muted">{t('browse.free', { size: bytes(data.freeBytes) })}</span>
        )}
      </div>
      <div
        className="card flush"
        style={{ maxHeight: '20rem', overflow: 'auto' }}
        tabIndex={0}
        role="group"
        aria-label={t('browse')}
      >
        {data === undefined ? (
          error === null ? (
            <Loading />
          ) : (
            <Failure error={error} retry={() => void refetch()} />
          )
        ) : items.length === 0 ? (
          <Empty icon="folder" title={t('browse.empty')} />
        ) : (
          <ul className="files">
            {items.map((item) => (
              <li key={item.path}>
                <button type="button" onClick={() => (item.kind === 'folder' ? setPath(item.path) : onPick(item.path))}>
                  <Icon
                    name={
                      item.kind === 'folder'
                        ? 'folder'
                        : item.type === 'disk'
                          ? 'disk'
                          : item.type === 'iso'
                            ? 'dvd'
                            : 'file'
                    }
                  />
                  <span className="grow">{item.name}</span>
                  {item.sizeBytes === null || item.kind === 'folder' ? null : (
                    <span className="small muted num">{bytes(item.sizeBytes)}</span>
                  )}
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
      {want === 'folder' && path !== null ? (
        <div className="row">
          <Button look="primary" onClick={() => onPick(path)}>
            {t('browse.take')}
          </Button>
          <Button icon="folder" onClick={() => setMaking(true)}>
            {t('folder.make')}
          </Button>
        </div>
      ) : null}
      {making && path !== null ? <NewFolder folder={path} onMade={setPath} onClose={() => setMaking(false)} /> : null}
    </div>
  );
};
