import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { queries } from '../api/queries.ts';
import type { Devices } from '../api/types.ts';
import { work } from '../api/work.ts';
import { useMay } from '../app/session.tsx';
import { t } from '../i18n/index.ts';
import { Button, Card, Empty, Failure, Loading } from '../ui/basics.tsx';
import { Confirm } from '../ui/confirm.tsx';
import type { IconName } from '../ui/icons.tsx';
import { AboutDevice } from './about-device.tsx';

interface Device {
  readonly id: string;
}

/** What a card may do with its device. */
export interface DeviceTools {
  /** Null: the role may not. */
  readonly may: { readonly change: () => void; readonly remove: () => void } | null;
  /** Reads the devices anew. */
  readonly fresh: () => Promise<void>;
}

export interface DevicesProps {
  readonly of: string;
  readonly marked?: string | null;
  readonly readOnly?: boolean;
}

/** Devices that hang on one thing: its name stands over their cards, also when there are none. */
export interface DeviceGroup<D> {
  readonly key: string;
  readonly title: string;
  readonly note: string;
  readonly tools: ReactNode;
  readonly devices: readonly D[];
}

type Asked<D> = { readonly what: 'change' | 'remove'; readonly device: D } | 'add' | null;

/** Devices of one kind of a machine, plan or checkpoint: a card each, with what adds, changes and removes them. */
export const DeviceCards = <D extends Device>({
  of,
  segment,
  select,
  icon,
  none,
  add,
  groups,
  more,
  marked = null,
  readOnly = false,
  card,
  form,
  removal,
}: {
  /** `vms/<id>`, `plans/<id>` or `checkpoints/<id>`. */
  readonly of: string;
  /** Of the address of one device. */
  readonly segment: 'disks' | 'nics';
  readonly select: (devices: Devices) => readonly D[];
  readonly icon: IconName;
  readonly none: string;
  readonly add: string;
  /** Not given: the cards stand in one row after another. */
  readonly groups?: (devices: Devices, mayChange: boolean, fresh: () => Promise<void>) => readonly DeviceGroup<D>[];
  /** Stands beside what adds one. */
  readonly more?: (devices: Devices, fresh: () => Promise<void>) => ReactNode;
  /** Id of the device that somebody was led to. */
  readonly marked?: string | null;
  /** Of what is only looked at. */
  readonly readOnly?: boolean | undefined;
  readonly card: (device: D, tools: DeviceTools) => ReactNode;
  /** Null: a new one. */
  readonly form: (device: D | null, onDone: () => void, onClose: () => void) => ReactNode;
  readonly removal: (device: D) => { readonly title: string; readonly text: ReactNode };
}): ReactNode => {
  const { data, error, refetch } = useQuery(queries.devices(of));
  const client = useQueryClient();
  const [asked, setAsked] = useState<Asked<D>>(null);
  const may = useMay('administrator') && !readOnly;
  if (data === undefined)
    return error === null ? (
      <Card>
        <Loading />
      </Card>
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  const devices = select(data);
  const fresh = (): Promise<void> => client.invalidateQueries({ queryKey: ['devices', of] });
  const close = (): void => setAsked(null);
  const button = may ? (
    <Button icon="plus" onClick={() => setAsked('add')}>
      {add}
    </Button>
  ) : null;
  const beside = may ? more?.(data, fresh) : null;
  const grouped = groups?.(data, may, fresh) ?? [];
  const toolsOf = (device: D): DeviceTools => ({
    may: may
      ? { change: () => setAsked({ what: 'change', device }), remove: () => setAsked({ what: 'remove', device }) }
      : null,
    fresh,
  });
  const cardsOf = (shown: readonly D[]): ReactNode => (
    <div className="cards">
      {shown.map((device) => (
        <Place key={device.id} marked={device.id === marked}>
          {card(device, toolsOf(device))}
        </Place>
      ))}
    </div>
  );
  const leaving = asked !== null && asked !== 'add' && asked.what === 'remove' ? asked.device : null;
  return (
    <>
      <div className="stack">
        {devices.length === 0 ? (
          <Card>
            <Empty icon={icon} title={none}>
              {button}
              {beside}
            </Empty>
          </Card>
        ) : button === null ? null : (
          <div className="row">
            {button}
            {beside}
          </div>
        )}
        {groups === undefined
          ? devices.length === 0
            ? null
            : cardsOf(devices)
          : grouped.map(({ key, title, note, tools, devices: own }) => (
              <section key={key} className="stack group" aria-label={title}>
                <div className="row">
                  <h2>{title}</h2>
                  <span className="muted small">{note}</span>
                  {tools}
                </div>
                {own.length === 0 ? null : cardsOf(own)}
              </section>
            ))}
      </div>
      {leaving !== null ? (
        <AboutDevice of={of} id={leaving.id}>
          <Confirm
            title={removal(leaving).title}
            action={t('remove')}
            onClose={close}
            run={async () => {
              await work('DELETE', `/${of}/${segment}/${encodeURIComponent(leaving.id)}`);
              await fresh();
            }}
          >
            {removal(leaving).text}
          </Confirm>
        </AboutDevice>
      ) : asked === null ? null : asked === 'add' ? (
        form(null, () => void fresh(), close)
      ) : (
        <AboutDevice of={of} id={asked.device.id}>
          {form(asked.device, () => void fresh(), close)}
        </AboutDevice>
      )}
    </>
  );
};

/** The card that somebody was led to is in sight, has the focus, and shows it. */
const Place = ({ marked, children }: { readonly marked: boolean; readonly children: ReactNode }): ReactNode => {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!marked) return;
    ref.current?.scrollIntoView({ block: 'center' });
    ref.current?.focus({ preventScroll: true });
  }, [marked]);
  return (
    <div ref={ref} className={marked ? 'place marked' : 'place'} tabIndex={marked ? -1 : undefined}>
      {children}
    </div>
  );
};
