import type { PlacedLeaf } from '../tree.ts';

export type SettingScalar = string | number | bigint | boolean;
/**
 * Settings by CIM property name (Msvm_VirtualSystemSettingData and the settings below it, v2), with the types of the
 * domain: 64-bit integers are bigint. A property that the file does not record is missing.
 */
export type DefinitionValues = Readonly<Record<string, SettingScalar | readonly SettingScalar[]>>;

/** A machine, or one of its checkpoints, as a definition file of any age describes it. Paths are those of the source host. */
export interface MachineDefinition {
  /** Upper case, no braces. Of the machine; in a checkpoint's file that of the checkpoint. */
  readonly id: string;
  readonly kind: 'machine' | 'snapshot';
  /** As recorded: `Virtual Machines` for a machine. */
  readonly typeId: string;
  /** `logical_id` where it differs from the id; null: it does not. */
  readonly logicalId: string | null;
  readonly generation: 1 | 2;
  /** VSSD properties: ElementName, Notes, Version, BIOSGUID, BootOrder, SecureBootEnabled, data roots, actions, ... */
  readonly system: DefinitionValues;
  /** 100 ns since 1601 UTC; null: not recorded. */
  readonly createdAt: bigint | null;
  /** 128 bits in hex, high word first (hyperv-files §2); null: none. */
  readonly generationId: string | null;
  readonly processor: DefinitionValues;
  readonly memory: DefinitionValues;
  readonly controllers: readonly DefinedController[];
  readonly adapters: readonly DefinedAdapter[];
  readonly serialPorts: readonly DefinedSerialPort[];
  /** By kind of core's device table: timeSync, heartbeat, kvp, shutdown, vss, guestServiceInterface, rdv. */
  readonly integration: Readonly<Record<string, DefinitionValues>>;
  /** syntheticDisplay, s3Display. */
  readonly displays: Readonly<Record<string, DefinitionValues>>;
  readonly tpm: boolean;
  /** Settings of any other kind of core's device table; only definitions that we wrote record them. */
  readonly others: readonly OtherDevice[];
  /** Null: another program wrote it. */
  readonly own: OwnFacts | null;
  /** Generation 2, in order. Hyper-V keeps its own in the .vmgs; only definitions that we wrote record it. */
  readonly bootSources: readonly BootSource[];
  readonly snapshots: DefinedSnapshots;
  readonly files: DefinedFiles;
  /** The devices of the source host, in its order; empty in a definition of our own. */
  readonly manifest: readonly VirtualDevice[];
  /** VDEVVersion of the data nodes, by instance GUID in lower case. */
  readonly dataVersions: Readonly<Record<string, number>>;
  /** Every leaf that nothing above was made of, empty for a definition of our own. Nothing is dropped silently. */
  readonly unmapped: readonly PlacedLeaf[];
}

/** What Hyper-V's files have no place for and only our own record. */
export interface OwnFacts {
  /** Parts of devices that every machine of the generation has and that were removed from this one. */
  readonly absent: readonly string[];
  /** Devices that the guest sees: `virtio` or `inbox` (K27); null: not recorded. */
  readonly deviceModels: string | null;
  /** Its clock keeps local time, whatever its devices. */
  readonly localTimeClock?: true;
}

export interface DefinedController {
  /** Kinds of core's device table. */
  readonly kind: 'ideController' | 'scsiController' | 'disketteController';
  /** Instance GUID, upper case. */
  readonly id: string;
  /** IDE: 0 and 1. */
  readonly index: number;
  readonly values: DefinitionValues;
  readonly drives: readonly DefinedDrive[];
}

export interface DefinedDrive {
  readonly slot: number;
  /** Null: a type that we do not know; then `recordedType` says it and its leaves are unmapped. */
  readonly kind: 'diskDrive' | 'dvdDrive' | 'disketteDrive' | null;
  readonly recordedType: string;
  /** Properties of the drive itself but its address; only definitions that we wrote record them. */
  readonly values: DefinitionValues;
  readonly image: DefinedImage | null;
}

export interface DefinedImage {
  readonly kind: 'hardDiskImage' | 'cdImage' | 'floppyImage';
  /** As recorded: never opened as it stands (paths.md, Import). */
  readonly path: string;
  /** IOPSLimit, CachingMode, ... */
  readonly values: DefinitionValues;
}

export interface DefinedAdapter {
  readonly kind: 'syntheticEthernet' | 'emulatedEthernet';
  readonly id: string;
  /** ElementName, Address (12 hex digits), StaticMacAddress, VirtualSystemIdentifiers, ... */
  readonly values: DefinitionValues;
  readonly connection: DefinedConnection;
}

export interface DefinedConnection {
  readonly connected: boolean;
  /** GUID of the switch on the source host, '' when there is none. Its readable name is values.LastKnownSwitchName. */
  readonly switchId: string;
  readonly portId: string;
  readonly hostResources: readonly string[];
  /** Of the EthernetPortAllocationSettingData: ElementName, LastKnownSwitchName, PoolID, ... */
  readonly values: DefinitionValues;
  readonly features: readonly PortFeature[];
}

/** A feature of the switch port: VLAN, ACL, bandwidth, ... */
export interface PortFeature {
  readonly featureId: string;
  /** Kind of core's device table; null: a feature we do not know. */
  readonly kind: string | null;
  readonly displayName: string;
  readonly flags: number;
  readonly settings: readonly PortFeatureSetting[];
}

export interface PortFeatureSetting {
  /** GUID; '' where a definition of ours does not tell it. */
  readonly id: string;
  readonly version: number;
  /** Null: the layout of this feature's bytes is not known (only that of the offload feature was ever seen). */
  readonly values: DefinitionValues | null;
  /** As Hyper-V wrote it; null in a definition of our own. */
  readonly data: Buffer | null;
}

export interface OtherDevice {
  readonly kind: string;
  /** InstanceID after the configuration's own id. */
  readonly part: string;
  readonly parent: string | null;
  readonly values: DefinitionValues;
}

export interface DefinedSerialPort {
  readonly index: number;
  /** Named pipe, '' when nothing is connected. */
  readonly connection: string;
  /** Every other property; only definitions that we wrote record them. */
  readonly values: DefinitionValues;
}

export type BootSource =
  | { readonly kind: 'drive'; readonly controller: string; readonly slot: number }
  | { readonly kind: 'adapter'; readonly adapter: string };

export interface DefinedSnapshots {
  readonly items: readonly { readonly id: string; readonly parent: string | null }[];
  /** The checkpoint that this state descends from. */
  readonly parent: string | null;
}

/** Paths as recorded; null: none. */
export interface DefinedFiles {
  /** .vmgs */
  readonly guestState: string | null;
  /** .vsv */
  readonly savedState: string | null;
  /** .bin */
  readonly savedMemory: string | null;
}

export interface VirtualDevice {
  readonly name: string;
  /** GUIDs as recorded: their case differs between versions. */
  readonly classId: string;
  readonly instanceId: string;
  readonly flags: number;
}
