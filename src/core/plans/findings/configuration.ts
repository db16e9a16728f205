import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Configuration } from '../../model.ts';
import { stemOf } from '../../paths/path-text.ts';
import { invalid, quote } from '../../systems/refusals.ts';
import { effectiveValues } from '../../systems/system-defaults.ts';
import { isCheckedFolder, parseVersion, systemProperty } from '../../systems/settings/system-properties.ts';
import { definitionName, FOLDERS } from '../../transfer/layout.ts';
import { isOwnConfiguration } from '../definition-in-use.ts';
import { checkGuestState } from './guest-state.ts';
import { type Check, type CheckSubject, type Finding, finding, ofConfiguration, ofPlan, refusalOf } from './finding.ts';

/** The plan itself and its active settings. */
export const checkConfiguration: Check = async (subject) => [
  ...identifier(subject),
  ...(await settingsOf(subject, subject.plan.active)),
  ...(await configurationFile(subject)),
  ...(await checkGuestState(subject)),
  ...deviceModels(subject),
];

/** The VSSD of any of the plan's configurations. */
export const settingsOf = async (subject: CheckSubject, configuration: Configuration): Promise<readonly Finding[]> => {
  const { plan } = subject;
  const source = ofConfiguration(plan, configuration);
  const found: Finding[] = [];
  const version = effectiveValues(plan, configuration).Version;
  if (typeof version !== 'string' || parseVersion(version) === null) {
    found.push(
      finding(
        'version',
        source,
        `The configuration has version ${quote(String(version))}, which this host does not know.`,
        {
          arguments: [String(version)],
          actions: ['Export the virtual machine from a host that offers a version from 5.0 to 12.x.'],
        },
      ),
    );
  }
  for (const [name, value] of Object.entries(configuration.values)) {
    const refused = isCheckedFolder(name, value)
      ? await folderRefusal(subject, value)
      : await refusalOf(() => systemProperty(name).check?.(value));
    if (refused === null) continue;
    found.push(
      isCheckedFolder(name, value)
        ? finding('dataRoot', source, `${name} ${quote(value)} cannot hold the virtual machine: ${refused.message}`, {
            arguments: [name, value],
            actions: [`Set ${name} to a folder of this host with ModifySystemSettings.`],
          })
        : finding('setting', source, `${name} of the settings is none that this host takes: ${refused.message}`, {
            arguments: [name],
            actions: [`Set ${name} with ModifySystemSettings.`],
          }),
    );
  }
  return found;
};

const folderRefusal = ({ paths }: CheckSubject, text: string) =>
  refusalOf(async () => {
    const { file } = await paths.resolve(text, 'newFolder');
    const there = await nearestFolder(file);
    await access(there, constants.W_OK).catch(() => {
      // As a refusal of the resolver: the same finding whatever the reason.
      throw invalid(`the service may not write into ${quote(there)}. Correct its rights.`);
    });
  });

const nearestFolder = async (folder: string): Promise<string> => {
  for (let at = folder; ; at = dirname(at)) {
    const there = await access(at).then(
      () => true,
      () => false,
    );
    if (there || at === '/') return at;
  }
};

const identifier = ({ plan, context }: CheckSubject): readonly Finding[] => {
  const claims = plan.importSource?.claims;
  if (claims === undefined || context.graph.configuration(claims) === undefined) return [];
  return [
    finding('identifier', ofPlan(plan), `The identifier ${claims} belongs to a virtual machine of this host already.`, {
      arguments: [claims],
      actions: [
        'Destroy the plan and import the definition again with GenerateNewSystemIdentifier TRUE, or destroy that virtual machine.',
      ],
    }),
  ];
};

/** K11: a file of the machine's name is somebody's, unless it is the one that the plan was made of. */
const configurationFile = async ({ plan, context, paths }: CheckSubject): Promise<readonly Finding[]> => {
  const { importSource, active } = plan;
  const root = effectiveValues(plan, active).ConfigurationDataRoot;
  const id = importSource?.claims ?? plan.id;
  if (typeof root !== 'string') return [];
  const registered =
    importSource !== undefined &&
    stemOf(importSource.file).toUpperCase() === id &&
    (await isOwnConfiguration(paths, plan, importSource.file));
  if (registered) return [];
  const name = `${FOLDERS.machines}\\${definitionName(id)}`;
  const there = { is: false };
  // A root that cannot be used is a finding of its own.
  await refusalOf(async () => {
    there.is = await context.paths.exists(root, name);
  });
  if (!there.is) return [];
  return [
    finding(
      'configurationFile',
      ofConfiguration(plan, active),
      `The folder ${quote(root)} has a definition ${quote(name)} already.`,
      {
        arguments: [root, name],
        actions: [
          'Set ConfigurationDataRoot to another folder with ModifySystemSettings, or import with GenerateNewSystemIdentifier TRUE.',
        ],
      },
    ),
  ];
};

/** K27. */
const deviceModels = ({ plan }: CheckSubject): readonly Finding[] => {
  if (plan.importSource === undefined || plan.extras?.deviceModels !== 'inbox') return [];
  const models =
    plan.generation === 1 ? 'IDE disks and an e1000 network adapter' : 'AHCI disks and an e1000e network adapter';
  return [
    finding(
      'deviceModels',
      ofPlan(plan),
      `The virtual machine starts with ${models}, which guests of Hyper-V have drivers for.`,
      {
        actions: [
          'Install the virtio drivers in the guest, then switch it, while it is off, to the faster virtio devices with SetDeviceModels of Vsms_TransferService.',
        ],
      },
    ),
  ];
};
