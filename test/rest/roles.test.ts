import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Service } from '../kit/service.ts';
import { type Answer, Rest } from './kit.ts';

type Right = 'everybody' | 'read' | 'operate' | 'administer';

const ROLES = ['viewer', 'operator', 'administrator'] as const;
const REACH: Readonly<Record<(typeof ROLES)[number], readonly Right[]>> = {
  viewer: ['everybody', 'read'],
  operator: ['everybody', 'read', 'operate'],
  administrator: ['everybody', 'read', 'operate', 'administer'],
};

/** The right that each route takes (K8): `everybody` is about oneself. A route that is missing here fails the test. */
const RIGHTS: Readonly<Record<string, Right>> = {
  logIn: 'everybody',
  getSession: 'everybody',
  logOut: 'everybody',
  listSessions: 'everybody',
  closeSession: 'everybody',
  listTokens: 'everybody',
  createToken: 'everybody',
  removeToken: 'everybody',
  changePassword: 'everybody',
  getIndex: 'everybody',
  getOpenApi: 'everybody',
  getHealth: 'everybody',
  getReadiness: 'everybody',
  getError: 'everybody',
  getMetrics: 'read',
  getWindowsExporterMetrics: 'read',
  listVms: 'read',
  getVm: 'read',
  getThumbnail: 'read',
  getVmHistory: 'read',
  listJobs: 'read',
  getJob: 'read',
  streamEvents: 'read',
  listVmCheckpoints: 'read',
  listPlanCheckpoints: 'read',
  getCheckpoint: 'read',
  getVmSettings: 'read',
  getPlanSettings: 'read',
  getCheckpointSettings: 'read',
  listVmPaths: 'read',
  listPlanPaths: 'read',
  listCheckpointPaths: 'read',
  listBootSources: 'read',
  listReferencePoints: 'read',
  getReferencePoint: 'read',
  listVmDevices: 'read',
  listPlanDevices: 'read',
  listCheckpointDevices: 'read',
  listPlans: 'read',
  getPlan: 'read',
  listSwitches: 'read',
  getSwitch: 'read',
  listNetworkPorts: 'read',
  getHost: 'read',
  getHostSettings: 'read',
  startVm: 'operate',
  resumeVm: 'operate',
  shutdownVm: 'operate',
  stopVm: 'operate',
  saveVm: 'operate',
  pauseVm: 'operate',
  resetVm: 'operate',
  restartVm: 'operate',
  cancelJob: 'operate',
  createCheckpoint: 'operate',
  createReferencePoint: 'operate',
  applyCheckpoint: 'operate',
  createConsoleTicket: 'operate',
  discardSavedStateOfPlan: 'operate',
  cimGet: 'read',
  cimEnumerate: 'read',
  cimQuery: 'read',
  // The right is the method's own: this one is the stopping of a machine.
  cimInvoke: 'operate',
  forkCheckpoint: 'administer',
  createVm: 'administer',
  deleteVm: 'administer',
  exportVm: 'administer',
  changeVmSettings: 'administer',
  changePlanSettings: 'administer',
  changeCheckpoint: 'administer',
  addCheckpointDisk: 'administer',
  changeCheckpointDisk: 'administer',
  removeCheckpointDisk: 'administer',
  addCheckpointNic: 'administer',
  changeCheckpointNic: 'administer',
  removeCheckpointNic: 'administer',
  addCheckpointController: 'administer',
  removeCheckpointController: 'administer',
  changeCheckpointSettings: 'administer',
  deleteCheckpoint: 'administer',
  convertCheckpoint: 'administer',
  deleteReferencePoint: 'administer',
  getImageChanges: 'administer',
  addVmDisk: 'administer',
  changeVmDisk: 'administer',
  removeVmDisk: 'administer',
  addVmController: 'administer',
  removeVmController: 'administer',
  addVmNic: 'administer',
  changeVmNic: 'administer',
  removeVmNic: 'administer',
  addPlanDisk: 'administer',
  changePlanDisk: 'administer',
  removePlanDisk: 'administer',
  addPlanController: 'administer',
  removePlanController: 'administer',
  addPlanNic: 'administer',
  changePlanNic: 'administer',
  removePlanNic: 'administer',
  changeVmSerialPort: 'administer',
  changeVmIntegrationService: 'administer',
  importDefinition: 'administer',
  inspectDefinition: 'administer',
  validatePlan: 'administer',
  realizePlan: 'administer',
  discardPlan: 'administer',
  listFiles: 'administer',
  makeFolder: 'administer',
  uploadFile: 'administer',
  listUploads: 'administer',
  beginUpload: 'administer',
  getUpload: 'administer',
  sendPart: 'administer',
  discardUpload: 'administer',
  downloadFile: 'administer',
  getImage: 'administer',
  createImage: 'administer',
  resizeImage: 'administer',
  compactImage: 'administer',
  convertImage: 'administer',
  mergeImage: 'administer',
  setImageParent: 'administer',
  validateImage: 'administer',
  changeHostSettings: 'administer',
  createSwitch: 'administer',
  changeSwitch: 'administer',
  deleteSwitch: 'administer',
  listUsers: 'administer',
  setUser: 'administer',
  removeUser: 'administer',
  listAudit: 'administer',
};

const PASSWORD = 'Test-Passw0rd';

/** What a role may see done to itself: it would log the test out. */
const NOT_CALLED: ReadonlySet<string> = new Set(['logIn', 'changePassword', 'streamEvents']);

describe('20 the rights of every role on every route', () => {
  let service: Service;
  let rest: Rest;
  /** A route's path with ids of things that are there, and a body that the route takes. */
  let requests: Readonly<Record<string, { readonly path: string; readonly body?: unknown }>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- the document is looked into here and there
  let document: any;

  before(async () => {
    service = await Service.start({ hypervisor: 'simulated' });
    rest = new Rest(service);
    for (const role of ROLES)
      await rest.expect(201, `/users/${role}`, { method: 'PUT', body: { password: PASSWORD, role } });
    const images = join(service.dataDirectory, 'images');
    mkdirSync(images);
    writeFileSync(join(images, 'up.iso'), 'x');
    const image = join(images, 'a.vhdx');
    await rest.post(201, '/images', { path: image, sizeBytes: 8 << 20 });
    const child = join(images, 'child.vhdx');
    await rest.post(201, '/images', { path: child, type: 'differencing', parentPath: image });
    const { body: begun } = await rest.post(201, '/files/uploads', { path: join(images, 'parts.iso'), sizeBytes: 9 });
    const upload = begun.id;
    const { body: aSwitch } = await rest.post(201, '/switches', { name: 'lab' });
    const make = async (name: string) => {
      const { body } = await rest.post(201, '/vms', {
        name,
        disks: [{ path: image }],
        nics: [{ switchId: aSwitch.id }],
      });
      await rest.post(201, `/vms/${body.id}/controllers`, {});
      return body;
    };
    const vm = await make('vm');
    const directory = join(service.dataDirectory, 'exports');
    const moved = await make('moved');
    await rest.post(204, `/vms/${moved.id}/export`, { directory });
    const definitionFile = join(directory, 'moved/Virtual Machines', `${moved.id}.vmcx`);
    const { body: plan } = await rest.post(201, '/plans', { definitionFile, newIdentifier: true });
    const { body: checkpoint } = await rest.post(201, `/vms/${vm.id}/checkpoints`, { name: 'c' });
    const { body: point } = await rest.post(201, `/vms/${vm.id}/reference-points`, {});
    const { body: recovery } = await rest.post(201, `/vms/${vm.id}/checkpoints`, { type: 'recovery' });
    const pointAt = `/vms/${vm.id}/reference-points/${point.id}`;
    const { body: devices } = await rest.expect(200, `/vms/${vm.id}/devices`);
    const { body: planned } = await rest.expect(200, `/plans/${plan.id}/devices`);
    const empty = ({ controllers, disks }: Record<string, Record<string, string>[]>): string =>
      controllers?.find(({ id }) => !disks?.some(({ controllerId }) => controllerId === id))?.['id'] ?? '';
    const job = (await rest.expect(200, '/jobs?limit=1')).body.items[0].id;
    const vmAt = `/vms/${vm.id}`;
    const planAt = `/plans/${plan.id}`;
    const at = (path: string): string => `?path=${encodeURIComponent(path)}`;
    const actions = ['start', 'resume', 'shutdown', 'stop', 'save', 'pause', 'reset', 'restart'];
    requests = {
      getSession: { path: '/session' },
      logOut: { path: '/session' },
      listSessions: { path: '/sessions' },
      closeSession: { path: '/sessions/none' },
      listTokens: { path: '/tokens' },
      createToken: {
        path: '/tokens',
        body: { name: 't', role: 'viewer', expiresAt: new Date(Date.now() + 3600_000).toISOString() },
      },
      removeToken: { path: '/tokens/none' },
      getIndex: { path: '' },
      getOpenApi: { path: '//openapi.json' },
      getHealth: { path: '//healthz' },
      getReadiness: { path: '//readyz' },
      getError: { path: '/errors/not-found' },
      getMetrics: { path: '//metrics' },
      getWindowsExporterMetrics: { path: '//metrics/windows_exporter' },
      listVms: { path: '/vms' },
      getVm: { path: vmAt },
      getThumbnail: { path: `${vmAt}/thumbnail` },
      getVmHistory: { path: `${vmAt}/history` },
      listJobs: { path: '/jobs' },
      getJob: { path: `/jobs/${job}` },
      listVmCheckpoints: { path: `${vmAt}/checkpoints` },
      listPlanCheckpoints: { path: `${planAt}/checkpoints` },
      getCheckpoint: { path: `/checkpoints/${checkpoint.id}` },
      getVmSettings: { path: `${vmAt}/settings` },
      getPlanSettings: { path: `${planAt}/settings` },
      getCheckpointSettings: { path: `/checkpoints/${checkpoint.id}/settings` },
      listBootSources: { path: `${vmAt}/boot-sources` },
      listReferencePoints: { path: `${vmAt}/reference-points` },
      getReferencePoint: { path: pointAt },
      listVmDevices: { path: `${vmAt}/devices` },
      listPlanDevices: { path: `${planAt}/devices` },
      listCheckpointDevices: { path: `/checkpoints/${checkpoint.id}/devices` },
      listPlans: { path: '/plans' },
      getPlan: { path: planAt },
      listSwitches: { path: '/switches' },
      getSwitch: { path: `/switches/${aSwitch.id}` },
      listNetworkPorts: { path: '/network-ports' },
      getHost: { path: '/host' },
      getHostSettings: { path: '/host/settings' },
      changeHostSettings: { path: '/host/settings', body: { folders: { disks: images } } },
      ...Object.fromEntries(actions.map((action) => [`${action}Vm`, { path: `${vmAt}/${action}` }])),
      cancelJob: { path: `/jobs/${job}/cancel` },
      createCheckpoint: { path: `${vmAt}/checkpoints`, body: { name: 'd' } },
      createReferencePoint: { path: `${vmAt}/reference-points`, body: {} },
      applyCheckpoint: { path: `/checkpoints/${checkpoint.id}/apply` },
      createConsoleTicket: { path: `${vmAt}/console-tickets`, body: { kind: 'screen' } },
      discardSavedStateOfPlan: { path: `${planAt}/discard-saved-state` },
      cimGet: { path: '/cim/get', body: { className: 'Msvm_VirtualSystemManagementService' } },
      cimEnumerate: { path: '/cim/enumerate', body: { className: 'Msvm_ComputerSystem' } },
      cimQuery: { path: '/cim/query', body: { query: 'SELECT Name FROM Msvm_ComputerSystem' } },
      cimInvoke: {
        path: '/cim/invoke',
        body: {
          className: 'Msvm_ComputerSystem',
          keys: { Name: vm.id },
          method: 'RequestStateChange',
          arguments: { RequestedState: 3 },
        },
      },
      forkCheckpoint: { path: `/checkpoints/${checkpoint.id}/fork`, body: { start: false } },
      createVm: { path: '/vms', body: { name: 'new' } },
      exportVm: { path: `${vmAt}/export`, body: { directory: join(directory, 'again') } },
      changeVmSettings: { path: `${vmAt}/settings`, body: { notes: 'x' } },
      changePlanSettings: { path: `${planAt}/settings`, body: { notes: 'x' } },
      changeCheckpoint: { path: `/checkpoints/${checkpoint.id}`, body: { name: 'x' } },
      listVmPaths: { path: `${vmAt}/paths` },
      listPlanPaths: { path: `${planAt}/paths` },
      listCheckpointPaths: { path: `/checkpoints/${checkpoint.id}/paths` },
      changeCheckpointSettings: { path: `/checkpoints/${checkpoint.id}/settings`, body: { notes: 'x' } },
      addCheckpointDisk: { path: `/checkpoints/${checkpoint.id}/disks`, body: { kind: 'dvd' } },
      changeCheckpointDisk: {
        path: `/checkpoints/${checkpoint.id}/disks/${devices.disks[0].id}`,
        body: { path: null },
      },
      removeCheckpointDisk: { path: `/checkpoints/${checkpoint.id}/disks/${devices.disks[0].id}` },
      addCheckpointController: { path: `/checkpoints/${checkpoint.id}/controllers`, body: {} },
      removeCheckpointController: { path: `/checkpoints/${checkpoint.id}/controllers/${empty(devices)}` },
      addCheckpointNic: { path: `/checkpoints/${checkpoint.id}/nics`, body: {} },
      changeCheckpointNic: { path: `/checkpoints/${checkpoint.id}/nics/${devices.nics[0].id}`, body: { name: 'x' } },
      removeCheckpointNic: { path: `/checkpoints/${checkpoint.id}/nics/${devices.nics[0].id}` },
      addVmDisk: { path: `${vmAt}/disks`, body: { kind: 'dvd' } },
      changeVmDisk: { path: `${vmAt}/disks/${devices.disks[0].id}`, body: { path: null } },
      removeVmDisk: { path: `${vmAt}/disks/${devices.disks[0].id}` },
      addVmController: { path: `${vmAt}/controllers`, body: {} },
      removeVmController: { path: `${vmAt}/controllers/${empty(devices)}` },
      addVmNic: { path: `${vmAt}/nics`, body: {} },
      changeVmNic: { path: `${vmAt}/nics/${devices.nics[0].id}`, body: { name: 'x' } },
      removeVmNic: { path: `${vmAt}/nics/${devices.nics[0].id}` },
      addPlanDisk: { path: `${planAt}/disks`, body: { kind: 'dvd' } },
      changePlanDisk: { path: `${planAt}/disks/${planned.disks[0].id}`, body: { path: null } },
      removePlanDisk: { path: `${planAt}/disks/${planned.disks[0].id}` },
      addPlanController: { path: `${planAt}/controllers`, body: {} },
      removePlanController: { path: `${planAt}/controllers/${empty(planned)}` },
      addPlanNic: { path: `${planAt}/nics`, body: {} },
      changePlanNic: { path: `${planAt}/nics/${planned.nics[0].id}`, body: { name: 'x' } },
      removePlanNic: { path: `${planAt}/nics/${planned.nics[0].id}` },
      changeVmSerialPort: { path: `${vmAt}/serial-ports/${devices.serialPorts[0].id}`, body: { pipe: null } },
      changeVmIntegrationService: {
        path: `${vmAt}/integration-services/${devices.integrationServices[0].id}`,
        body: { enabled: true },
      },
      importDefinition: { path: '/plans', body: { definitionFile, newIdentifier: true } },
      inspectDefinition: { path: `/definitions${at(definitionFile)}` },
      validatePlan: { path: `${planAt}/validate` },
      realizePlan: { path: `${planAt}/realize` },
      listFiles: { path: '/files' },
      makeFolder: { path: '/files/folders', body: { path: join(images, 'made') } },
      uploadFile: { path: `/files/content${at(join(images, 'new.iso'))}` },
      downloadFile: { path: `/files/content${at(join(images, 'up.iso'))}` },
      getImage: { path: `/images${at(image)}` },
      getImageChanges: { path: `/images/changes${at(image)}&since=${point.disks[0].changesSince}` },
      createImage: { path: '/images', body: { path: join(images, 'b.vhdx'), sizeBytes: 8 << 20 } },
      resizeImage: { path: '/images/resize', body: { path: image, sizeBytes: 16 << 20 } },
      compactImage: { path: '/images/compact', body: { path: image } },
      convertImage: { path: '/images/convert', body: { path: image, to: join(images, 'c.vhdx') } },
      mergeImage: { path: '/images/merge', body: { path: child, into: join(images, 'merged.vhdx') } },
      setImageParent: { path: '/images/set-parent', body: { path: child, parentPath: image } },
      validateImage: { path: '/images/validate', body: { path: image } },
      listUploads: { path: '/files/uploads' },
      beginUpload: { path: '/files/uploads', body: { path: join(images, 'new.iso'), sizeBytes: 1 } },
      getUpload: { path: `/files/uploads/${upload}` },
      sendPart: { path: `/files/uploads/${upload}?offset=0`, body: 'x' },
      discardUpload: { path: `/files/uploads/${upload}` },
      createSwitch: { path: '/switches', body: { name: 'other' } },
      changeSwitch: { path: `/switches/${aSwitch.id}`, body: { name: 'lab 2' } },
      listUsers: { path: '/users' },
      setUser: { path: '/users/new', body: { password: PASSWORD } },
      removeUser: { path: '/users/new' },
      listAudit: { path: '/audit' },
      convertCheckpoint: { path: `/checkpoints/${recovery.id}/convert` },
      deleteReferencePoint: { path: pointAt },
      deleteCheckpoint: { path: `/checkpoints/${checkpoint.id}` },
      discardPlan: { path: planAt },
      deleteSwitch: { path: `/switches/${aSwitch.id}` },
      deleteVm: { path: `/vms/${moved.id}` },
    };
    document = (await rest.expect(200, '//openapi.json')).body;
  });
  after(() => service[Symbol.asyncDispose]());

  const operations = (): { readonly id: string; readonly verb: string }[] =>
    Object.values(document.paths as Record<string, Record<string, { operationId: string }>>).flatMap((path) =>
      Object.entries(path).map(([verb, { operationId }]) => ({ id: operationId, verb: verb.toUpperCase() })),
    );

  test('the table has every route', () => {
    assert.deepEqual(
      operations()
        .map(({ id }) => id)
        .toSorted(),
      Object.keys(RIGHTS).toSorted(),
    );
  });

  /** What the roles that may not must leave as it is. */
  const state = async (): Promise<unknown> => {
    const of = async (path: string) => (await rest.expect(200, path)).body;
    const ids = async (path: string): Promise<string[]> =>
      (await of(path)).items.map(({ id }: { readonly id: string }) => id);
    const parts = (at: string): Promise<unknown[]> =>
      Promise.all(['settings', 'devices', 'checkpoints'].map((part) => of(`${at}/${part}`)));
    return [
      await of('/vms?fields=id,name,state,notes,processId'),
      await Promise.all((await ids('/vms')).map((id) => parts(`/vms/${id}`))),
      await Promise.all((await ids('/vms')).map((id) => of(`/vms/${id}/reference-points`))),
      await of('/plans'),
      await Promise.all((await ids('/plans')).map((id) => parts(`/plans/${id}`))),
      await Promise.all(
        (await ids('/vms')).map(async (id) =>
          Promise.all(
            (await ids(`/vms/${id}/checkpoints`)).flatMap((checkpoint) =>
              ['settings', 'devices'].map((part) => of(`/checkpoints/${checkpoint}/${part}`)),
            ),
          ),
        ),
      ),
      await of('/switches'),
      await of('/host/settings'),
      await of('/users'),
      await of('/files/uploads'),
      // Disks of checkpoints go when it is their turn.
      ...(await Promise.all(
        ['images', 'exports'].map(async (folder) =>
          (
            await readdir(join(service.dataDirectory, folder), { recursive: true })
          )
            .filter((name) => !/_[0-9A-F-]{36}\.qcow2$/.test(name))
            .toSorted(),
        ),
      )),
    ];
  };

  test('who may not is told so and changes nothing; who may is let through', async () => {
    const wrong: string[] = [];
    const verbs = new Map(operations().map(({ id, verb }) => [id, verb]));
    const before = (await rest.expect(200, '/audit?limit=1')).body.items[0].sequence;
    let denied = 0;
    /** As it was after the last call that was let through; null: not looked at yet. */
    let untouched: unknown = null;
    // The lesser roles first on every route: what they must not do would be missed by the others.
    for (const role of ROLES) {
      for (const [id, { path, body }] of Object.entries(requests)) {
        if (NOT_CALLED.has(id)) continue;
        const right = RIGHTS[id] ?? 'administer';
        const may = REACH[role].includes(right);
        if (may) untouched = null;
        else untouched ??= await state();
        const answer: Answer = await rest.ask(path, {
          method: verbs.get(id) ?? 'GET',
          as: `${role}:${PASSWORD}`,
          ...(body === undefined ? {} : { body }),
          headers: { prefer: 'wait=5' },
        });
        const refused = answer.status === 403 && answer.body?.code === 'access-denied';
        if (refused === may || answer.status === 401 || (answer.status >= 500 && answer.body?.code === 'internal'))
          wrong.push(`${role} ${id}: ${answer.status} ${answer.text.slice(0, 200)}`);
        if (refused) denied++;
        if (!may) assert.deepEqual(await state(), untouched, `${role} ${id}`);
      }
    }
    assert.deepEqual(wrong, []);
    const records: { sequence: number; kind: string; who: string }[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { body: page } = await rest.expect(200, `/audit?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
      records.push(...page.items);
      cursor = page.next;
    }
    const refusals = records.filter(({ sequence, kind }) => sequence > before && kind === 'denied');
    assert.ok(refusals.length >= denied, `${denied} refusals, ${refusals.length} of them in the trail`);
  });
});
