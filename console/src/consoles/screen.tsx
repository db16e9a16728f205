import RFB from '@novnc/novnc';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { Machine } from '../api/types.ts';
import { useIsSimulated, useMay } from '../app/session.tsx';
import { t, word } from '../i18n/index.ts';
import { allows, isOn } from '../machines/actions.ts';
import { runAction } from '../machines/run-action.ts';
import { Thumbnail } from '../machines/thumbnail.tsx';
import { Button } from '../ui/basics.tsx';
import { Spinner } from '../ui/icons.tsx';
import { Menu } from '../ui/menu.tsx';
import { toastProblem } from '../ui/toasts.tsx';
import { CHORDS, isRelease, RELEASE_KEYS } from './keys.ts';
import { consoleAddress, isPassing } from './ticket.ts';
import { TypeDialog } from './type-dialog.tsx';

/** The screen of the guest with keyboard and pointer. */
const Screen = ({ machine }: { readonly machine: Machine }): ReactNode => {
  const simulated = useIsSimulated();
  const operator = useMay('operator');
  if (!isOn(machine))
    return (
      <div className="screen">
        <div className="veil">
          <p>{t('screen.off', { state: word('state', machine.state) })}</p>
          {operator && allows(machine, 'start') ? (
            <Button look="primary" icon="play" onClick={() => void runAction([machine], 'start')}>
              {t('action.start')}
            </Button>
          ) : null}
        </div>
      </div>
    );
  if (simulated)
    return (
      <div className="stack">
        <p className="note">{t('screen.simulated')}</p>
        <div style={{ maxWidth: '48rem' }}>
          <Thumbnail machine={machine} width={640} height={400} />
        </div>
      </div>
    );
  return <Live key={machine.id} machine={machine} />;
};

type Phase = { readonly at: 'connecting' | 'live' } | { readonly at: 'lost'; readonly reason: string };

/** How often a screen that went away by itself is looked for again. */
const RETRY_MS = 2_000;
const Live = ({ machine }: { readonly machine: Machine }): ReactNode => {
  const frame = useRef<HTMLDivElement>(null);
  const target = useRef<HTMLDivElement>(null);
  /** While it is connected. */
  const rfb = useRef<RFB | null>(null);
  const tools = useRef<HTMLDivElement>(null);
  const [phase, setPhase] = useState<Phase>({ at: 'connecting' });
  const [turn, setTurn] = useState(0);
  const [typing, setTyping] = useState(false);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  useEffect(() => {
    let ended = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let connection: RFB | null = null;
    setPhase({ at: 'connecting' });
    const connect = async (): Promise<void> => {
      const address = await consoleAddress(machine.id, { kind: 'screen' });
      if (ended || target.current === null) return;
      connection = new RFB(target.current, address, { shared: true, wsProtocols: ['binary'] });
      connection.scaleViewport = true;
      connection.background = 'transparent';
      connection.addEventListener('connect', () => {
        if (ended) return;
        rfb.current = connection;
        setPhase({ at: 'live' });
        connection?.focus();
      });
      connection.addEventListener('disconnect', () => {
        if (ended) return;
        rfb.current = null;
        setPhase({ at: 'lost', reason: t('screen.lost') });
        retry = setTimeout(again, RETRY_MS);
      });
    };
    connect().catch((error: unknown) => {
      if (ended) return;
      setPhase({ at: 'lost', reason: (error as Error).message });
      if (isPassing(error)) retry = setTimeout(again, RETRY_MS);
    });
    return () => {
      ended = true;
      clearTimeout(retry);
      rfb.current = null;
      connection?.disconnect();
    };
  }, [machine.id, turn, again]);
  useEffect(() => {
    const element = frame.current;
    const leave = (event: KeyboardEvent): void => {
      if (!isRelease(event)) return;
      event.preventDefault();
      event.stopPropagation();
      // Their keys go up where nobody listens for the guest any more: it would hold them down, and take the next 1 for Ctrl+Alt+1.
      for (const code of RELEASE_KEYS)
        element?.querySelector('canvas')?.dispatchEvent(new KeyboardEvent('keyup', { code }));
      rfb.current?.blur();
      tools.current?.querySelector<HTMLElement>('button')?.focus();
    };
    element?.addEventListener('keydown', leave, { capture: true });
    return () => element?.removeEventListener('keydown', leave, { capture: true });
  }, []);
  const press = (keys: (typeof CHORDS)[number]['keys']): void => {
    for (const [keysym, code] of keys) rfb.current?.sendKey(keysym, code, true);
    for (const [keysym, code] of keys.toReversed()) rfb.current?.sendKey(keysym, code, false);
    rfb.current?.focus();
  };
  const fill = (): void => {
    frame.current?.requestFullscreen().then(
      () => rfb.current?.focus(),
      (error: unknown) => toastProblem(t('screen.full'), error),
    );
  };
  const live = phase.at === 'live';
  return (
    <div className="stack">
      <div className="row" ref={tools}>
        <Button disabled={!live} onClick={() => CHORDS[0] !== undefined && press(CHORDS[0].keys)}>
          {CHORDS[0]?.label}
        </Button>
        <Menu
          label={t('screen.keys')}
          text={t('screen.keys')}
          items={CHORDS.slice(1).map(({ label, keys }) => ({ label, disabled: !live, run: () => press(keys) }))}
        />
        <Button disabled={!live} onClick={() => setTyping(true)}>
          {t('screen.type')}
        </Button>
        {document.fullscreenEnabled ? <Button onClick={fill}>{t('screen.full')}</Button> : null}
        <span className="grow" />
        <span className="small muted">{t('console.leave')}</span>
      </div>
      <div className="screen vnc" ref={frame} data-phase={phase.at}>
        <div ref={target} style={{ height: '100%' }} />
        {live ? null : (
          <div className="veil" role="status">
            {phase.at === 'connecting' ? (
              <>
                <Spinner size={28} />
                <p>{t('screen.connecting')}</p>
              </>
            ) : (
              <>
                <p>{phase.at === 'lost' ? phase.reason : ''}</p>
                <Button onClick={again}>{t('screen.again')}</Button>
              </>
            )}
          </div>
        )}
      </div>
      {typing ? (
        <TypeDialog
          onStroke={({ keysym, down }) => {
            rfb.current?.sendKey(keysym, null, down);
            return rfb.current !== null;
          }}
          onClose={() => setTyping(false)}
        />
      ) : null}
    </div>
  );
};

export default Screen;
