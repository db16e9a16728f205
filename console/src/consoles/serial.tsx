import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Machine, SerialPort } from '../api/types.ts';
import { useMay } from '../app/session.tsx';
import { t, word } from '../i18n/index.ts';
import { allows, isOn } from '../machines/actions.ts';
import { runAction } from '../machines/run-action.ts';
import { Button, Card, Empty, Failure, Loading } from '../ui/basics.tsx';
import { toastProblem } from '../ui/toasts.tsx';
import { connectSerial, pipeFor } from './connect-serial.ts';
import { isRelease } from './keys.ts';
import { consoleAddress, isPassing } from './ticket.ts';

/** The serial ports of a machine, one at a time. */
const Serial = ({ machine }: { readonly machine: Machine }): ReactNode => {
  const { data, error, refetch } = useQuery(queries.devices(`vms/${machine.id}`));
  const [chosen, setChosen] = useState<string | null>(null);
  const operator = useMay('operator');
  if (data === undefined)
    return error === null ? (
      <Card>
        <Loading />
      </Card>
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  const ports = data.serialPorts;
  const port = ports.find(({ id }) => id === chosen) ?? ports.find(({ pipe }) => pipe !== null) ?? ports[0];
  if (port === undefined) return null;
  return (
    <div className="stack">
      <div className="row">
        {ports.length < 2 ? (
          <strong>{port.name}</strong>
        ) : (
          <select
            aria-label={t('serial.port')}
            style={{ width: 'auto' }}
            value={port.id}
            onChange={(event) => setChosen(event.target.value)}
          >
            {ports.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
        {port.pipe === null ? null : (
          <>
            <code className="muted">{port.pipe}</code>
            <span className="grow" />
            <span className="small muted">{t('console.leave')}</span>
          </>
        )}
      </div>
      {port.pipe === null ? (
        <Unconnected machine={machine} port={port} onConnected={() => setChosen(port.id)} />
      ) : isOn(machine) ? (
        <Line key={`${machine.id} ${port.id}`} machine={machine} port={port} />
      ) : (
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
      )}
    </div>
  );
};

const Unconnected = ({
  machine,
  port,
  onConnected,
}: {
  readonly machine: Machine;
  readonly port: SerialPort;
  readonly onConnected: () => void;
}): ReactNode => {
  const client = useQueryClient();
  const administrator = useMay('administrator');
  const connect = (): void => {
    connectSerial(client, machine.id, port, pipeFor(machine.id, port)).then(onConnected, (error: unknown) =>
      toastProblem(t('serial.connect', { name: port.name }), error),
    );
  };
  return (
    <Card>
      <Empty icon="serial" title={t('serial.none', { name: port.name })}>
        <p>{t('serial.none.hint')}</p>
        {administrator ? (
          <Button look="primary" onClick={connect}>
            {t('serial.connect', { name: port.name })}
          </Button>
        ) : null}
      </Empty>
    </Card>
  );
};

const RETRY_MS = 2_000;
const LINES_KEPT = 5_000;

const Line = ({ machine, port }: { readonly machine: Machine; readonly port: SerialPort }): ReactNode => {
  const box = useRef<HTMLDivElement>(null);
  const after = useRef<HTMLParagraphElement>(null);
  const [status, setStatus] = useState(t('screen.connecting'));
  const [turn, setTurn] = useState(0);
  const [refused, setRefused] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const terminal = new Terminal({
      fontFamily: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
      fontSize: 14,
      scrollback: LINES_KEPT,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      screenReaderMode: true,
      theme: { background: '#0c0f13', foreground: '#e7eaef' },
    });
    const fit = new FitAddon();
    terminal.loadAddon(fit);
    terminal.open(element);
    fit.fit();
    terminal.attachCustomKeyEventHandler((event) => {
      if (!isRelease(event)) return true;
      event.preventDefault();
      terminal.blur();
      after.current?.focus();
      return false;
    });
    const resize = new ResizeObserver(() => fit.fit());
    resize.observe(element);
    let socket: WebSocket | null = null;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    setRefused(false);
    setStatus(t('screen.connecting'));
    const encoder = new TextEncoder();
    const typed = terminal.onData((text) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(encoder.encode(text));
    });
    const connect = async (): Promise<void> => {
      try {
        const address = await consoleAddress(machine.id, { kind: 'serial', port: port.id });
        if (ended) return;
        socket = new WebSocket(address, 'binary');
        socket.binaryType = 'arraybuffer';
        socket.addEventListener('open', () => {
          setStatus(t('serial.live'));
          element.dataset['phase'] = 'live';
          terminal.focus();
        });
        socket.addEventListener('message', ({ data }) => terminal.write(new Uint8Array(data as ArrayBuffer)));
        socket.addEventListener('close', ({ reason }) => lost(reason === '' ? t('screen.lost') : reason));
      } catch (error) {
        // Asked again and again, what is refused for good would fill the event log.
        lost((error as Error).message, isPassing(error));
      }
    };
    const lost = (reason: string, passing = true): void => {
      if (ended) return;
      element.dataset['phase'] = 'lost';
      setStatus(reason);
      setRefused(!passing);
      if (passing) retry = setTimeout(() => void connect(), RETRY_MS);
    };
    void connect();
    return () => {
      ended = true;
      clearTimeout(retry);
      socket?.close();
      typed.dispose();
      resize.disconnect();
      terminal.dispose();
    };
  }, [machine.id, port.id, turn]);
  return (
    <>
      <div className="screen term" ref={box} />
      <p className="small muted" role="status" tabIndex={-1} ref={after}>
        {status}
      </p>
      {refused ? (
        <div>
          <Button onClick={() => setTurn(turn + 1)}>{t('screen.again')}</Button>
        </div>
      ) : null}
    </>
  );
};

export default Serial;
