import { z } from 'zod';
import type { OperationContext } from '../../cim/operations.ts';
import type { Files } from '../files/files.ts';
import type { Management } from '../management/management.ts';
import { MANAGEMENT_SERVICE } from '../management/names.ts';
import { text } from '../management/values.ts';
import { Problem, type ProblemPart } from '../problems/problem.ts';
import { ok, type Route, route } from '../routes/route.ts';
import type { RestService } from '../service.ts';

const SETTING = 'Msvm_VirtualSystemManagementServiceSettingData';

/** Where new things go when nobody says where, and the property of Hyper-V that says so. */
const FOLDERS = { vms: 'DefaultExternalDataRoot', disks: 'DefaultVirtualHardDiskPath' } as const;
type FolderName = keyof typeof FOLDERS;
const NAMES = Object.keys(FOLDERS) as FolderName[];

const settingsSchema = z
  .strictObject({ folders: z.strictObject({ vms: z.string(), disks: z.string() }) })
  .meta({ id: 'HostSettings' });
export type HostSettings = z.infer<typeof settingsSchema>;

const path = z.string().min(1).max(4096).optional();

export const readHostSettings = async (management: Management): Promise<HostSettings> => {
  const [settings] = await management.query(`SELECT * FROM ${SETTING}`);
  const folder = (name: FolderName): string => (settings && text(settings, FOLDERS[name])) ?? '';
  return { folders: { vms: folder('vms'), disks: folder('disks') } };
};

/** What a folder is refused for; what has nothing to do with the folder is thrown. */
const faultOf = async (files: Files, context: OperationContext, folder: string): Promise<string | null> => {
  try {
    await files.requireFolder(context, folder);
    return null;
  } catch (error) {
    if (error instanceof Problem && (error.code === 'invalid-parameter' || error.code === 'not-found'))
      return error.message;
    throw error;
  }
};

/**
 * Hyper-V's method takes a folder that will be made when something is put into it; whoever sets one here has it, so that a slip of
 * the hand is seen now and not by the next machine.
 * @throws Problem with each folder that cannot be used
 */
const checkFolders = async (
  files: Files,
  context: OperationContext,
  folders: Readonly<Partial<Record<FolderName, string>>>,
): Promise<void> => {
  const errors: ProblemPart[] = [];
  for (const [name, folder] of Object.entries(folders)) {
    const message = await faultOf(files, context, folder);
    if (message !== null) errors.push({ path: `folders.${name}`, message });
  }
  const [first] = errors;
  if (first !== undefined) throw new Problem('invalid-parameter', first.message, { errors });
};

/** What the host keeps to for everything new, beside what it is (`GET /host`). */
export const hostSettingsRoutes = ({ files }: RestService): readonly Route[] => [
  route({
    id: 'getHostSettings',
    verb: 'GET',
    path: '/host/settings',
    tag: 'host',
    summary: 'Folders that new machines and disks go to',
    resource: true,
    answers: { 200: { description: 'Settings', schema: settingsSchema } },
    handle: async ({ management }) => ok(await readHostSettings(management)),
  }),
  route({
    id: 'changeHostSettings',
    verb: 'PATCH',
    path: '/host/settings',
    tag: 'host',
    summary: 'Other folders for what is made from now on; they are there',
    body: z.strictObject({ folders: z.strictObject({ vms: path, disks: path }).optional() }),
    resource: true,
    revision: ({ management }) => readHostSettings(management),
    answers: { 200: { description: 'Settings as they are then', schema: settingsSchema } },
    handle: async ({ management, context, body: { folders = {} } }) => {
      const now = await readHostSettings(management);
      const changes: Partial<Record<FolderName, string>> = {};
      for (const name of NAMES) {
        const folder = folders[name];
        if (folder !== undefined && folder !== now.folders[name]) changes[name] = folder;
      }
      await checkFolders(files, context, changes);
      await management.run(MANAGEMENT_SERVICE, 'ModifyServiceSettings', {
        SettingData: management.setting(SETTING, {
          [FOLDERS.vms]: changes.vms,
          [FOLDERS.disks]: changes.disks,
        }),
      });
      return ok(await readHostSettings(management));
    },
  }),
];
