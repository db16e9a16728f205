import type { BackingImage, DiskFormat, DiskImage } from '../machine-spec.ts';

/** Formats whose files grow where they are, also under a running guest. A VHD ends with what tells its size; Hyper-V's do not either. */
export type GrowingFormat = Exclude<DiskFormat, 'vhd'>;

export const canGrow = (format: string): format is GrowingFormat =>
  format === 'raw' || format === 'qcow2' || format === 'vhdx';

/**
 * Work on disk image files that no machine has open. Real under every hypervisor (K26). Files are resolved Linux paths;
 * formats are named, never probed. What resolves is durable. All reject with DomainError.
 */
export interface ImageTool {
  /**
   * Makes `file`: a qcow2 overlay that holds nothing yet, of the size, owner and mode of the image below, but that its owner
   * may write to it. A machine may have that image open. A file that is there already is replaced. `running`: a machine
   * that runs opens it next, and what that needs to reach it may be given with it.
   */
  createOverlay(file: string, below: BackingImage, use?: { readonly running: boolean }): Promise<void>;
  /**
   * Writes what the overlay on top holds into the image right below it. The overlay stays as it is, so that this may be
   * interrupted anywhere and be repeated.
   */
  commit(image: DiskImage, progress: (fraction: number) => void, signal: AbortSignal): Promise<void>;
  /**
   * Copies what lies below the overlay on top into it; it lies over nothing then. Interrupted anywhere it may be repeated, and
   * goes on where it was.
   */
  stream(image: DiskImage, progress: (fraction: number) => void, signal: AbortSignal): Promise<void>;
  /**
   * Keeps files as they are, until disposed, by the locks that QEMU and its tools respect: nobody writes to them meanwhile, and
   * with `alone` nobody has them open that way at all. DomainError fileInUse names the file that somebody else has.
   */
  hold(files: readonly string[], use: 'read' | 'alone'): Promise<AsyncDisposable>;
  /**
   * Makes a disk larger, to `bytes`; interrupted anywhere it has the old size or the new one. Rejects with
   * `invalidParameter` for less than it has, with `notSupported` for a VHDX that cannot grow where it is.
   */
  grow(file: string, format: GrowingFormat, bytes: number): Promise<void>;
  /** Names another image below the overlay, one of the same content; nothing is copied. */
  rebase(overlay: string, below: BackingImage): Promise<void>;
}
