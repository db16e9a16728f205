import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { Problem } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Machine } from '../api/types.ts';
import { Link } from '../app/router.tsx';
import { useMay } from '../app/session.tsx';
import { t, word } from '../i18n/index.ts';
import { Empty, Failure, Loading, Page } from '../ui/basics.tsx';
import { ActionMenu } from './action-menu.tsx';
import { CheckpointPage } from './checkpoint-page.tsx';
import { Checkpoints } from './checkpoints.tsx';
import { Disks } from './disks.tsx';
import { IntegrationServices } from './integration-services.tsx';
import { Nics } from './nics.tsx';
import { Overview } from './overview.tsx';
import { SerialPorts } from './serial-ports.tsx';
import { SettingsForm } from './settings.tsx';
import { StateBadge } from './state.tsx';

const Screen = lazy(() => import('../consoles/screen.tsx'));
const Serial = lazy(() => import('../consoles/serial.tsx'));

const TABS: Readonly<Record<string, (machine: Machine, part: string | null) => ReactNode>> = {
  overview: (machine) => <Overview machine={machine} />,
  screen: (machine) => <Screen machine={machine} />,
  serial: (machine) => <Serial machine={machine} />,
  checkpoints: (machine, part) =>
    part === null ? <Checkpoints machine={machine} /> : <CheckpointPage machine={machine} id={part} />,
  settings: (machine) => (
    <div className="stack">
      <SettingsForm of={`vms/${machine.id}`} machine={machine} />
      <div className="cards">
        <SerialPorts id={machine.id} />
        <IntegrationServices id={machine.id} />
      </div>
    </div>
  ),
  disks: (machine) => <Disks of={`vms/${machine.id}`} />,
  networks: (machine) => <Nics of={`vms/${machine.id}`} />,
};

/** Tabs that only roles from operator on can use. */
const FOR_OPERATORS: ReadonlySet<string> = new Set(['screen', 'serial']);

interface Props {
  readonly id: string;
  readonly tab: string;
  /** Of what the tab shows one: a checkpoint. */
  readonly part: string | null;
}

const MachinePage = ({ id, tab, part }: Props): ReactNode => {
  const { data: machine, error, refetch } = useQuery(queries.machine(id));
  const operator = useMay('operator');
  const crumbs = <Link to={['machines']}>{t('nav.machines')}</Link>;
  if (machine === undefined)
    return error === null ? (
      <Loading />
    ) : error instanceof Problem && error.body.status === 404 ? (
      <Page title={t('machine.gone')} crumbs={crumbs}>
        <div className="card">
          <Empty icon="machine" title={t('machine.gone')}>
            <p>{t('machine.gone.hint')}</p>
          </Empty>
        </div>
      </Page>
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  const draw = TABS[tab] ?? TABS['overview'];
  return (
    <Page
      title={machine.name}
      crumbs={
        <>
          {crumbs} <span className="muted">/</span> <StateBadge machine={machine} />
        </>
      }
      actions={<ActionMenu machine={machine} wide />}
    >
      <Tabs current={tab}>
        {Object.keys(TABS)
          .filter((name) => operator || !FOR_OPERATORS.has(name))
          .map((name) => (
            <Link key={name} to={['machines', id, name]} aria-current={name === tab ? 'page' : undefined}>
              {word('tab', name)}
              {name === 'checkpoints' && machine.checkpointCount > 0 ? ` (${machine.checkpointCount})` : ''}
            </Link>
          ))}
      </Tabs>
      <Suspense fallback={<Loading />}>{draw?.(machine, part)}</Suspense>
    </Page>
  );
};

/** On a phone not all of them fit: the current one is moved to where it is seen. */
const Tabs = ({ current, children }: { readonly current: string; readonly children: ReactNode }): ReactNode => {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return (
    <nav className="tabs" aria-label={t('tabs')} ref={nav}>
      {children}
    </nav>
  );
};

export default MachinePage;
