import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Problem } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import { useMay } from '../app/session.tsx';
import { bytes, t, word } from '../i18n/index.ts';

/** A chain that never ends is no chain. */
const DEEPEST = 64;

/** The file that the machine writes to, on top, and the files that it lies over. */
export const Chain = ({ path }: { readonly path: string }): ReactNode => {
  const administrator = useMay('administrator');
  return <ol className="chain">{administrator ? <Layer path={path} depth={0} /> : <Plain path={path} />}</ol>;
};

const Plain = ({ path, children }: { readonly path: string; readonly children?: ReactNode }): ReactNode => (
  <li>
    <code>{path}</code>
    {children}
  </li>
);

const Layer = ({ path, depth }: { readonly path: string; readonly depth: number }): ReactNode => {
  const { data, error } = useQuery(queries.image(path));
  return (
    <>
      <Plain path={path}>
        <div className="small muted">
          {data === undefined ? (
            error === null ? (
              t('loading')
            ) : (
              <span className="tone-bad" lang="en">
                {error instanceof Problem ? error.body.detail : String(error)}
              </span>
            )
          ) : (
            [
              formatOf(path, data.format),
              ...(data.type === null || data.format === 'other' ? [] : [word('image', data.type)]),
              t('disk.sizes', { size: bytes(data.sizeBytes), file: bytes(data.fileBytes) }),
            ].join(' · ')
          )}
        </div>
      </Plain>
      {data?.parentPath == null || depth >= DEEPEST ? null : (
        <Layer path={besides(path, data.parentPath)} depth={depth + 1} />
      )}
    </>
  );
};

/** A parent as its child records it may be relative to the child's folder (docs/rest.md). */
const besides = (child: string, parent: string): string =>
  /^(?:[\\/]|[A-Za-z]:)/.test(parent)
    ? parent
    : child.replace(/[^\\/]*$/, '') + parent.replace(/^\.[\\/]/, '').replaceAll(/[\\/]/g, separatorOf(child));

export const separatorOf = (path: string): string => (path.includes('\\') ? '\\' : '/');

const formatOf = (path: string, format: string): string =>
  (format === 'other' ? (path.split('.').at(-1) ?? format) : format).toUpperCase();
