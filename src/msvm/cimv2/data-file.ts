import type { CimInstance } from '../../cim/instance.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import { datetimeText } from '../../core/systems/datetime.ts';
import type { Entity, EntitySet, Match } from '../entity.ts';
import type { Projection } from '../projection.ts';

/** A file that a client may know of. */
export interface DataFile {
  /** Path as the client spelled it. */
  readonly name: string;
  readonly bytes: bigint;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly accessedAt: number;
  readonly readable: boolean;
  readonly writable: boolean;
}

/** Looks up one file by path, inside the allowed roots only. Null: none, or none of the client's business. */
export interface DataFiles {
  find(path: string): DataFile | null;
}

interface DataFileEntity extends Entity {
  readonly kind: 'dataFile';
  readonly file: DataFile;
}

const CLASS = 'CIM_DataFile';

/**
 * CIM_DataFile by name. Nobody enumerates a file system through us: without a name there are no instances. The one read
 * that looks at the disk, as a file's size can be nowhere else.
 */
export class DataFileSet implements EntitySet<DataFileEntity> {
  readonly kind = 'dataFile';
  readonly className = CLASS;
  readonly #projection: Projection;
  readonly #files: DataFiles;

  constructor(projection: Projection, files: DataFiles) {
    this.#projection = projection;
    this.#files = files;
  }

  entities(): Iterable<DataFileEntity> {
    return [];
  }

  find(path: ObjectPath): DataFileEntity | undefined {
    const name = path.key('Name');
    return typeof name === 'string' ? this.#named(name)[0] : undefined;
  }

  path(entity: DataFileEntity): ObjectPath {
    return this.#projection.path(CLASS, { Name: entity.file.name });
  }

  instance(entity: DataFileEntity): CimInstance {
    const { file } = entity;
    const { drive, folder, stem, extension } = taken(file.name);
    return this.#projection
      .shape(CLASS, '', () => ({
        CreationClassName: CLASS,
        CSCreationClassName: 'Win32_ComputerSystem',
        CSName: this.#projection.hostName,
        FSCreationClassName: 'Win32_FileSystem',
        FSName: 'NTFS',
        Archive: true,
        Compressed: false,
        Encrypted: false,
        Hidden: false,
        System: false,
        Status: 'OK',
      }))
      .make({
        Name: file.name,
        Caption: file.name,
        Description: file.name,
        Drive: drive,
        Path: folder,
        FileName: stem,
        Extension: extension,
        EightDotThreeFileName: file.name,
        FileType: extension === '' ? 'File' : `${extension.toUpperCase()} File`,
        FileSize: file.bytes,
        CreationDate: datetimeText(file.createdAt),
        InstallDate: datetimeText(file.createdAt),
        LastModified: datetimeText(file.modifiedAt),
        LastAccessed: datetimeText(file.accessedAt),
        Readable: file.readable,
        Writeable: file.writable,
      });
  }

  candidates(property: string, match: Match, value: string): Iterable<DataFileEntity> | undefined {
    if (property !== 'name' || match !== 'equal') return [];
    return this.#named(value.replaceAll('\\\\', '\\'));
  }

  #named(name: string): readonly DataFileEntity[] {
    const file = this.#files.find(name);
    return file === null ? [] : [{ kind: 'dataFile', className: CLASS, file }];
  }
}

/** `C:\VMs\a.vhdx` and `/vms/a.vhdx` in the parts that the class has properties for. */
const taken = (name: string): { drive: string; folder: string; stem: string; extension: string } => {
  const drive = /^[a-z]:/i.exec(name)?.[0]?.toLowerCase() ?? '';
  const rest = name.slice(drive.length);
  const cut = Math.max(rest.lastIndexOf('\\'), rest.lastIndexOf('/'));
  const base = rest.slice(cut + 1);
  const dot = base.lastIndexOf('.');
  return {
    drive,
    folder: rest.slice(0, cut + 1).toLowerCase(),
    stem: dot < 0 ? base : base.slice(0, dot),
    extension: dot < 0 ? '' : base.slice(dot + 1),
  };
};
