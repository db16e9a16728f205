import { HvFileError } from '../error.ts';
import { childLeaf, childNode, type HvNode, offsetOf } from '../tree.ts';
import { guidOf } from './reading.ts';

/** A host's own list, %ProgramData%\Microsoft\Windows\Hyper-V\data.vmcx (hyperv-files §6). */
export interface HostRegistry {
  readonly formatVersion: bigint | null;
  readonly registryId: string | null;
  readonly machines: readonly RegisteredFile[];
  readonly resourceTypes: readonly RegisteredFile[];
  /** Machines of which the host holds a copy of the configuration. */
  readonly cached: readonly string[];
  /** Names that are no GUID, or entries that are no text: hostile or of a newer host; by path. */
  readonly refused: readonly string[];
}

export interface RegisteredFile {
  /** Upper case. */
  readonly id: string;
  /** Path on that host, as recorded: hostile input. */
  readonly file: string;
}

const NAME = /^_(.+)_$/;

/** @throws HvFileError when the tree is no registry */
export const readHostRegistry = (root: HvNode): HostRegistry => {
  const top = childNode(root, 'Configurations');
  if (top === undefined)
    throw new HvFileError('missing', 'It is no registry of a host', {
      path: '/Configurations',
      offset: offsetOf(root.children[0]),
    });
  const refused: string[] = [];
  const list = (name: string): RegisteredFile[] => {
    const found = new Map<string, RegisteredFile>();
    for (const item of childNode(top, name)?.children ?? []) {
      const id = guidOf(NAME.exec(item.name)?.[1] ?? '');
      if (id === null || item.type !== 'string' || found.has(id)) refused.push(`/Configurations/${name}/${item.name}`);
      else found.set(id, { id, file: item.value });
    }
    return [...found.values()];
  };
  const formatVersion = childLeaf(top, 'FormatVersion');
  const registryId = childLeaf(top, 'RegID');
  return {
    formatVersion: formatVersion?.type === 'int' || formatVersion?.type === 'uint' ? formatVersion.value : null,
    registryId: registryId?.type === 'string' ? registryId.value : null,
    machines: list('VirtualMachines'),
    resourceTypes: list('ResourceTypes'),
    cached: (childNode(top, 'VirtualMachinesCache')?.children ?? []).flatMap(
      (item) => guidOf(NAME.exec(item.name)?.[1] ?? '') ?? [],
    ),
    refused,
  };
};
