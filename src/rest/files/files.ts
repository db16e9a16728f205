import type { Readable } from 'node:stream';
import type { OperationContext } from '../../cim/operations.ts';

export interface FileEntry {
  readonly name: string;
  /** As clients name it. */
  readonly path: string;
  readonly kind: 'folder' | 'file';
  readonly sizeBytes: number | null;
  /** ISO 8601. */
  readonly modifiedAt: string | null;
}

export interface FolderView {
  /** null: the roots themselves. */
  readonly path: string | null;
  readonly parent: string | null;
  readonly freeBytes: number | null;
  readonly entries: readonly FileEntry[];
}

export interface Download {
  readonly name: string;
  readonly size: number;
  /** Another one when the file is another one, or was written to. */
  readonly revision: string;
  /** Of bytes `start` to `end`, both counted. */
  read(start: number, end: number): Readable;
  close(): Promise<void>;
}

/** A file that comes in parts. */
export interface UploadFacts {
  readonly id: string;
  readonly path: string;
  readonly size: number;
  readonly received: number;
  readonly owner: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly expiresAt: string;
}

/** @throws Problem */
export interface PartialUploads {
  list(context: OperationContext): Promise<readonly UploadFacts[]>;
  get(context: OperationContext, id: string): Promise<UploadFacts>;
  begin(
    context: OperationContext,
    path: string,
    announced: { readonly size: number; readonly sha256: Buffer | null },
  ): Promise<UploadFacts>;
  /** Adds a part; `sha256`: what its client says of this part; `whole`: the file has its name now, null: more is to come. */
  append(
    context: OperationContext,
    id: string,
    offset: number,
    content: Readable,
    sha256: Buffer | null,
  ): Promise<{ readonly upload: UploadFacts; readonly whole: { readonly sha256: Buffer } | null }>;
  discard(context: OperationContext, id: string): Promise<void>;
}

/**
 * Files in the folders that clients may use. CIM has no operations for them, so the program gives them; who may use them is
 * decided and written down there.
 * @throws Problem
 */
export interface Files {
  list(context: OperationContext, path: string | null): Promise<FolderView>;
  /** Is there a folder of this name that clients may use? @throws Problem when there is none */
  requireFolder(context: OperationContext, path: string): Promise<void>;
  /** A new folder, in one that is there. */
  makeFolder(context: OperationContext, path: string): Promise<void>;
  /** A new file; `announced`: what the client says of it, null where it does not. */
  upload(
    context: OperationContext,
    path: string,
    content: Readable,
    announced: { readonly size: number | null; readonly sha256: Buffer | null },
  ): Promise<{ readonly bytes: number; readonly sha256: Buffer }>;
  download(context: OperationContext, path: string): Promise<Download>;
  readonly uploads: PartialUploads;
}
