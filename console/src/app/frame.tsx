import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import '../charts/history.ts';
import { followEvents, type Liveness } from '../api/events.ts';
import { send } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import { isOver } from '../api/work.ts';
import { t, word } from '../i18n/index.ts';
import { MachineList } from '../machines/list.tsx';
import { Asking } from '../ui/asking.tsx';
import { Button, Loading, Page } from '../ui/basics.tsx';
import { Icon, type IconName } from '../ui/icons.tsx';
import { Menu } from '../ui/menu.tsx';
import { toastProblem, Toasts } from '../ui/toasts.tsx';
import { Brand } from './brand.tsx';
import { Boundary } from './boundary.tsx';
import { keepFocus } from './kept-focus.ts';
import { languageItems } from './language-choice.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { PasswordDialog } from './password-dialog.tsx';
import { Link, useRoute } from './router.tsx';
import { forgetSession, useMay, useSession } from './session.tsx';
import { chooseTheme, THEMES, useTheme } from './theme.ts';
import { leave } from '../ui/unsaved.ts';

const MachinePage = lazy(() => import('../machines/machine.tsx'));
const CreatePage = lazy(() => import('../create/create.tsx'));
const ImportPage = lazy(() => import('../import/import.tsx'));
const JobsPage = lazy(() => import('../jobs/jobs.tsx'));
const FilesPage = lazy(() => import('../files/files.tsx'));
const SwitchesPage = lazy(() => import('../switches/switches.tsx'));
const HostPage = lazy(() => import('../host/host.tsx'));
const UsersPage = lazy(() => import('../users/users.tsx'));
const EventsPage = lazy(() => import('../events/events.tsx'));

/** What operators and viewers have no use for: paths and the trail are an administrator's. */
const FOR_ADMINISTRATORS: ReadonlySet<string> = new Set(['events', 'imports', 'files']);

const NAVIGATION = [
  ['machines', 'machine'],
  ['jobs', 'job'],
  ['switches', 'switch'],
  ['imports', 'import'],
  ['files', 'folder'],
  ['host', 'host'],
  ['users', 'users'],
  ['events', 'log'],
] as const satisfies readonly (readonly [string, IconName])[];

const pageOf = (parts: readonly string[]): ReactNode => {
  const [first = 'machines', second, third, fourth] = parts;
  switch (first) {
    case 'machines':
      return second === undefined ? (
        <MachineList />
      ) : (
        <MachinePage id={second} tab={third ?? 'overview'} part={fourth ?? null} />
      );
    case 'create':
      return <CreatePage />;
    case 'imports':
      return <ImportPage id={second ?? null} />;
    case 'files':
      return <FilesPage path={second ?? null} />;
    case 'jobs':
      return <JobsPage />;
    case 'switches':
      return <SwitchesPage />;
    case 'host':
      return <HostPage />;
    case 'users':
      return <UsersPage />;
    case 'events':
      return <EventsPage />;
    default:
      return (
        <Page title={t('notFound')}>
          <p>
            <Link to={[]}>{t('nav.machines')}</Link>
          </p>
        </Page>
      );
  }
};

/** Header, navigation and the page of the address. */
export const Frame = (): ReactNode => {
  const client = useQueryClient();
  const { parts } = useRoute();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  const [menuOpen, setMenuOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const address = parts.join('/');
  const first = useRef(true);
  useEffect(() => followEvents(client, setLiveness), [client]);
  useEffect(() => keepFocus(() => main.current), []);
  useEffect(() => {
    setMenuOpen(false);
    // A new page begins at its top and is read from its begin; not at the first load.
    if (first.current) first.current = false;
    else {
      main.current?.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }, [address]);
  return (
    <div className="frame">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {t('skip')}
      </a>
      <Top liveness={liveness} menuOpen={menuOpen} onMenu={() => setMenuOpen(!menuOpen)} />
      <Side open={menuOpen} current={parts[0] ?? 'machines'} />
      <main className="main" ref={main} tabIndex={-1} id="main">
        <Boundary key={address}>
          <Asking>
            <Suspense fallback={<Loading />}>{pageOf(parts)}</Suspense>
          </Asking>
        </Boundary>
      </main>
      <LeaveDialog />
      <Toasts />
    </div>
  );
};

const Top = ({
  liveness,
  menuOpen,
  onMenu,
}: {
  readonly liveness: Liveness;
  readonly menuOpen: boolean;
  readonly onMenu: () => void;
}): ReactNode => {
  const client = useQueryClient();
  const session = useSession();
  const { data: host } = useQuery(queries.host);
  const chosen = useTheme();
  const [password, setPassword] = useState(false);
  const signOut = async (): Promise<void> => {
    try {
      await send('DELETE', '/session');
      forgetSession(client);
    } catch (error) {
      toastProblem(t('signOut'), error);
    }
  };
  return (
    <header className="top">
      <Button
        className="burger"
        look="quiet"
        icon={menuOpen ? 'close' : 'menu'}
        aria-label={t('navigation')}
        aria-expanded={menuOpen}
        onClick={onMenu}
      />
      <Brand host={host?.name} />
      <span className="grow" />
      <span className="live" role="status">
        <span className={`dot ${liveness === 'live' ? 'ok' : liveness === 'lost' ? 'bad' : ''}`} />
        <span className="sr-narrow">{word('live', liveness)}</span>
      </span>
      <Menu
        label={t('account')}
        icon="user"
        items={[
          { label: `${session.user} · ${word('role', session.role)}`, icon: 'user', disabled: true },
          null,
          ...THEMES.map((theme) => ({
            label: word('theme', theme),
            checked: theme === chosen,
            run: () => chooseTheme(theme),
          })),
          null,
          ...languageItems(),
          null,
          { label: t('password.change'), icon: 'key' as const, run: () => setPassword(true) },
          ...(session.authentication === 'session'
            ? [{ label: t('signOut'), icon: 'power' as const, run: () => leave(() => void signOut()) }]
            : []),
        ]}
      />
      {password ? <PasswordDialog onClose={() => setPassword(false)} /> : null}
    </header>
  );
};

const Side = ({ open, current }: { readonly open: boolean; readonly current: string }): ReactNode => {
  const { data: jobs } = useQuery(queries.jobs);
  const administrator = useMay('administrator');
  const running = jobs?.filter((job) => !isOver(job)).length ?? 0;
  const here = current === 'create' ? 'machines' : current;
  return (
    <nav className={open ? 'side open' : 'side'} aria-label={t('navigation')}>
      <ul>
        {NAVIGATION.filter(([page]) => administrator || !FOR_ADMINISTRATORS.has(page)).map(([page, icon]) => (
          <li key={page}>
            <Link to={[page]} aria-current={here === page ? 'page' : undefined}>
              <Icon name={icon} />
              {word('nav', page)}
              {page === 'jobs' && running > 0 ? <span className="tag count num">{running}</span> : null}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
};
