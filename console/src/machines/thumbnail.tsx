import { type ReactNode, useEffect, useRef, useState } from 'react';
import { API } from '../api/http.ts';
import type { Machine } from '../api/types.ts';
import { t } from '../i18n/index.ts';
import { Icon } from '../ui/icons.tsx';
import { isOn } from './actions.ts';

const EVERY_MS = 5_000;

/** The screen of a machine, small; asked for again while it is in sight and the machine is on. */
export const Thumbnail = ({
  machine,
  width,
  height,
}: {
  readonly machine: Pick<Machine, 'id' | 'name' | 'state'>;
  readonly width: number;
  readonly height: number;
}): ReactNode => {
  const box = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState(false);
  const [picture, setPicture] = useState<string | null>(null);
  const on = isOn(machine);
  useEffect(() => {
    if (box.current === null) return;
    const watch = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting === true));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    if (!on || !seen) return;
    const end = new AbortController();
    let shown: string | null = null;
    const show = (next: string | null): void => {
      setPicture(next);
      if (shown !== null) URL.revokeObjectURL(shown);
      shown = next;
    };
    const look = async (): Promise<void> => {
      if (document.hidden) return;
      const address = `${API}/vms/${machine.id}/thumbnail?width=${width}&height=${height}`;
      const answer = await fetch(address, { signal: end.signal }).catch(() => null);
      const blob = answer?.ok === true ? await answer.blob().catch(() => null) : null;
      if (!end.signal.aborted) show(blob === null ? null : URL.createObjectURL(blob));
    };
    void look();
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => {
      clearInterval(timer);
      end.abort();
      show(null);
    };
  }, [on, seen, machine.id, width, height]);
  return (
    <div ref={box} className="thumb" style={{ aspectRatio: `${width} / ${height}`, width: '100%' }}>
      {on && picture !== null ? (
        <img
          className="thumb"
          alt={t('thumbnail.of', { name: machine.name })}
          style={{ width: '100%', height: '100%', border: 0 }}
          src={picture}
        />
      ) : (
        <div style={{ height: '100%', display: 'grid', placeContent: 'center', color: '#8d98a6' }}>
          <Icon name="screen" size={32} />
        </div>
      )}
    </div>
  );
};
