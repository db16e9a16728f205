import { queryOptions } from '@tanstack/react-query';
import { readGuestAddresses } from './guest-addresses.ts';
import { get, getAll, getTagged, getWhole } from './http.ts';
import { jobNews, machineNews } from './news.ts';
import type {
  AuditRecord,
  BootSource,
  Checkpoints,
  Devices,
  FigureHistory,
  Finding,
  Folder,
  Host,
  HostSettings,
  Image,
  Job,
  List,
  Machine,
  NamedPath,
  OpenSession,
  Plan,
  ReferencePoint,
  Session,
  Settings,
  Switch,
  Token,
  Upload,
  User,
} from './types.ts';

/** The newest ones; those that end later come by the event stream. */
const JOBS_SHOWN = 200;

/** No event tells of these: asked for when they are looked at, and from time to time. */
const WITHOUT_EVENTS = { staleTime: 0, refetchInterval: 10_000 } as const;

/** Everything the console reads, by key. What the event stream keeps fresh is never stale by itself. */
export const queries = {
  session: queryOptions({ queryKey: ['session'], queryFn: () => get<Session>('/session') }),
  machines: queryOptions({
    queryKey: ['machines'],
    queryFn: ({ signal }) => machineNews.over(getAll<Machine>('/vms', { signal })),
  }),
  machine: (id: string) =>
    queryOptions({
      queryKey: ['machine', id],
      queryFn: ({ signal }) => machineNews.overOne(id, get<Machine>(`/vms/${id}`, { signal })),
    }),
  /** Asked again so often that nothing is missing between what the service keeps and the ten minutes that we do. */
  history: (id: string) =>
    queryOptions({
      queryKey: ['history', id],
      queryFn: ({ signal }) => get<FigureHistory>(`/vms/${id}/history`, { signal }),
      staleTime: 60_000,
      refetchInterval: 300_000,
    }),
  settings: (of: string) =>
    queryOptions({
      queryKey: ['settings', of],
      queryFn: ({ signal }) => getTagged<Settings>(`/${of}/settings`, { signal }),
    }),
  devices: (of: string) =>
    queryOptions({ queryKey: ['devices', of], queryFn: ({ signal }) => get<Devices>(`/${of}/devices`, { signal }) }),
  /** Looked for anew with the devices. */
  paths: (of: string) =>
    queryOptions({
      queryKey: ['devices', of, 'paths'],
      queryFn: ({ signal }) => get<List<NamedPath>>(`/${of}/paths`, { signal }),
    }),
  guestAddresses: (id: string) =>
    queryOptions({
      queryKey: ['guest-addresses', id],
      queryFn: ({ signal }) => readGuestAddresses(id, { signal }),
      ...WITHOUT_EVENTS,
    }),
  bootSources: (id: string) =>
    queryOptions({
      queryKey: ['boot', id],
      queryFn: ({ signal }) => get<List<BootSource>>(`/vms/${id}/boot-sources`, { signal }),
    }),
  checkpoints: (id: string) =>
    queryOptions({
      queryKey: ['checkpoints', id],
      queryFn: ({ signal }) => get<Checkpoints>(`/vms/${id}/checkpoints`, { signal }),
    }),
  referencePoints: (id: string) =>
    queryOptions({
      queryKey: ['reference-points', id],
      queryFn: ({ signal }) => get<List<ReferencePoint>>(`/vms/${id}/reference-points`, { signal }),
    }),
  jobs: queryOptions({
    queryKey: ['jobs'],
    queryFn: ({ signal }) =>
      jobNews.over(get<List<Job>>(`/jobs?limit=${JOBS_SHOWN}`, { signal }).then(({ items }) => items)),
  }),
  plans: queryOptions({ queryKey: ['plans'], queryFn: ({ signal }) => getAll<Plan>('/plans', { signal }) }),
  plan: (id: string) =>
    queryOptions({ queryKey: ['plan', id], queryFn: ({ signal }) => get<Plan>(`/plans/${id}`, { signal }) }),
  switches: queryOptions({ queryKey: ['switches'], queryFn: ({ signal }) => getAll<Switch>('/switches', { signal }) }),
  /** Cards of the host that an external switch may take. */
  networkPorts: queryOptions({
    queryKey: ['network-ports'],
    queryFn: ({ signal }) => get<{ items: readonly { id: string; name: string }[] }>('/network-ports', { signal }),
    staleTime: 0,
  }),
  host: queryOptions({
    queryKey: ['host'],
    queryFn: ({ signal }) => get<Host>('/host', { signal }),
    refetchInterval: 10_000,
  }),
  hostSettings: queryOptions({
    queryKey: ['host', 'settings'],
    queryFn: ({ signal }) => getTagged<HostSettings>('/host/settings', { signal }),
    ...WITHOUT_EVENTS,
  }),
  users: queryOptions({
    queryKey: ['users'],
    queryFn: ({ signal }) => get<List<User>>('/users', { signal }),
    ...WITHOUT_EVENTS,
  }),
  sessions: queryOptions({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => get<List<OpenSession>>('/sessions', { signal }),
    ...WITHOUT_EVENTS,
  }),
  tokens: queryOptions({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => get<List<Token>>('/tokens', { signal }),
    ...WITHOUT_EVENTS,
  }),
  uploads: queryOptions({
    queryKey: ['uploads'],
    queryFn: ({ signal }) => get<List<Upload>>('/files/uploads', { signal }),
    ...WITHOUT_EVENTS,
  }),
  folder: (path: string | null) =>
    queryOptions({
      queryKey: ['files', path],
      queryFn: ({ signal }) =>
        path === null
          ? get<Folder>('/files', { signal })
          : getWhole<Folder>(`/files?path=${encodeURIComponent(path)}`, { signal }),
      staleTime: 5_000,
    }),
  image: (path: string) =>
    queryOptions({
      queryKey: ['image', path],
      queryFn: ({ signal }) => get<Image>(`/images?path=${encodeURIComponent(path)}`, { signal }),
      staleTime: 30_000,
      retry: false,
    }),
  audit: (query: string) =>
    queryOptions({
      queryKey: ['audit', query],
      queryFn: ({ signal }) => get<List<AuditRecord>>(`/audit?${query}`, { signal }),
      refetchInterval: 5_000,
    }),
};

export interface Verdict {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
}
