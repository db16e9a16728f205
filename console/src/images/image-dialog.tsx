import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Image } from '../api/types.ts';
import { bytes, t, word } from '../i18n/index.ts';
import { Chain } from '../machines/chain.tsx';
import { CompactDisk, ResizeDisk } from '../machines/disk-size.tsx';
import { Button, Dialog, Facts, Failure, Loading } from '../ui/basics.tsx';
import type { IconName } from '../ui/icons.tsx';
import { CheckImage } from './check-image.tsx';
import { ConvertImage } from './convert-image.tsx';
import { MergeImage } from './merge-image.tsx';
import { nameOf } from './paths.ts';
import { ReconnectImage } from './reconnect-image.tsx';

type Tool = 'convert' | 'compact' | 'resize' | 'merge' | 'reconnect' | 'check';

/** What makes sense with such a disk; what is possible just now, the service says. */
const toolsOf = ({ format, type, parentPath }: Image): readonly (readonly [Tool, string, IconName])[] => {
  const ours = format === 'vhd' || format === 'vhdx';
  const over = ours && parentPath !== null;
  return [
    ['convert', t('tool.convert'), 'copy'],
    ...(format === 'other' || (ours && type === 'fixed') ? [] : ([['compact', t('disk.compact'), 'save']] as const)),
    ...(ours ? ([['resize', t('disk.resize'), 'disk']] as const) : []),
    ...(over
      ? ([
          ['merge', t('tool.merge'), 'fork'],
          ['reconnect', t('tool.reconnect'), 'edit'],
        ] as const)
      : []),
    ['check', t('tool.check'), 'check'],
  ];
};

/** A disk image looked at, and what can be done with it: Hyper-V's “Inspect disk” and “Edit disk”. */
export const ImageDialog = ({ path, onClose }: { readonly path: string; readonly onClose: () => void }): ReactNode => {
  const { data, error } = useQuery({ ...queries.image(path), staleTime: 0 });
  const [tool, setTool] = useState<Tool | null>(null);
  const back = (): void => setTool(null);
  return (
    <>
      <Dialog title={nameOf(path)} onClose={onClose}>
        {data === undefined ? (
          error === null ? (
            <Loading />
          ) : (
            <Failure error={error} />
          )
        ) : (
          <div className="stack">
            {data.inUse ? <p className="note warn">{t('tool.inUse')}</p> : null}
            <ImageFacts image={data} />
            <h3>{t('tool.chain')}</h3>
            <Chain path={path} />
            <div className="row">
              {toolsOf(data).map(([name, label, icon]) => (
                <Button key={name} icon={icon} onClick={() => setTool(name)}>
                  {label}
                </Button>
              ))}
            </div>
          </div>
        )}
        <div className="foot">
          <Button onClick={onClose}>{t('close')}</Button>
        </div>
      </Dialog>
      {data === undefined || tool === null ? null : tool === 'convert' ? (
        <ConvertImage image={data} path={path} onClose={back} />
      ) : tool === 'compact' ? (
        <CompactDisk path={path} onClose={back} />
      ) : tool === 'resize' ? (
        <ResizeDisk path={path} onClose={back} />
      ) : tool === 'merge' ? (
        <MergeImage image={data} path={path} onClose={back} onGone={onClose} />
      ) : tool === 'reconnect' ? (
        <ReconnectImage image={data} path={path} onClose={back} />
      ) : (
        <CheckImage path={path} onClose={back} />
      )}
    </>
  );
};

const ImageFacts = ({ image }: { readonly image: Image }): ReactNode => (
  <Facts
    items={[
      [t('format'), image.format === 'other' ? t('tool.otherFormat') : image.format.toUpperCase()],
      image.type === null ? null : [t('disk.type'), word('image', image.type)],
      [t('size'), bytes(image.sizeBytes)],
      [t('tool.onHost'), bytes(image.fileBytes)],
      image.blockBytes === null || image.blockBytes === 0 ? null : [t('tool.blocks'), bytes(image.blockBytes)],
      image.parentPath === null ? null : [t('disk.parent'), <code>{image.parentPath}</code>],
    ]}
  />
);
