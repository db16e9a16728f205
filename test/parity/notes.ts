/** What the table cannot know from the code: written by hand, and checked to name what is there. */

const WITHOUT_PASS_THROUGH = 'pass-through devices are kept, and a machine with one does not start';
const WITHOUT_EFFECT =
  'limit, reservation and weight of processors, NUMA and IOPS reservations are kept without effect';

/** Methods that do a part of what Hyper-V's do, `namespace|class|method`. */
export const PARTLY: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['Msvm_VirtualSystemManagementService', 'Msvm_VirtualEthernetSwitchManagementService'].flatMap((service) =>
      ['AddFeatureSettings', 'ModifyFeatureSettings'].map((method) => [
        `v2|${service}|${method}`,
        'trunks, private VLANs (K31) and isolation are refused; weights, reservations, offload, RDMA and profiles are kept without effect',
      ]),
    ),
  ),
  'v2|Msvm_MetricService|ControlMetrics':
    'machines, their devices, metering rules and pools. Bytes are those of an adapter, not of an address',
  'v2|Msvm_CollectionSnapshotService|CreateSnapshot':
    'machines are caught side by side, not at one moment (no group crash consistency)',
  'v2|Msvm_CollectionReferencePointService|CreateReferencePoint':
    'of change tracking, not of logs; machines are caught side by side, not at one moment',
  'cluster|Msvm_CollectionReferencePointService|CreateReferencePoint':
    'of change tracking, not of logs; machines are caught side by side, not at one moment',
  ...Object.fromEntries(
    ['v1', 'v2'].flatMap((namespace) =>
      ['AddKvpItems', 'ModifyKvpItems', 'RemoveKvpItems'].map((method) => [
        `${namespace}|Msvm_VirtualSystemManagementService|${method}`,
        'reach guests with the agent: Linux in the file of hv_kvp_daemon, Windows by the script of docs/clients.md, which no Windows guest has run',
      ]),
    ),
  ),
  'v2|Msvm_VirtualSystemReferencePointService|ExportReferencePoint':
    'disks, whole or since another point; a point keeps no settings to export',
  'v2|Msvm_CollectionReferencePointService|ExportReferencePoint':
    'disks, whole or since another point; a point keeps no settings. The job does not list the files; those of its machines do',
  'cluster|Msvm_CollectionReferencePointService|ExportReferencePoint':
    'disks, whole or since another point; a point keeps no settings. The job does not list the files; those of its machines do',
  'v2|Msvm_VirtualSystemManagementService|ExportSystemDefinition':
    'no export for live migration; each disk of a backup is one file, whatever BackupIntent says; DisableDifferentialOfIgnoredStorage is refused',
  'v2|Msvm_VirtualSystemReferencePointService|CreateReferencePoint': 'of change tracking, not of logs',
  'cluster|Msvm_CollectionSnapshotService|CreateSnapshot':
    'machines are caught side by side, not at one moment (no group crash consistency)',
  'v2|Msvm_TerminalService|GrantInteractiveSessionAccess': 'kept and shown; who opens a console is decided by roles',
  'v2|Msvm_TerminalService|RevokeInteractiveSessionAccess': 'kept and shown; who opens a console is decided by roles',
  'v2|Msvm_TerminalService|ModifyServiceSettings':
    'kept, shown and told; no listener of this service is behind the port',
  'v2|Msvm_SecurityService|SetKeyProtector': 'kept and handed out; swtpm needs none, and nothing is encrypted with it',
  'v2|Msvm_ResourcePoolConfigurationService|CreatePool': 'of disk images (folders) and Ethernet connections (switches)',
  'v2|Msvm_ImageManagementService|CreateVirtualHardDisk': 'VHD, VHDX, and qcow2 by the ending of the name; no VHD sets',
  'v2|Msvm_ImageManagementService|AttachVirtualHardDisk':
    'by loop devices, of formats other than raw with FUSE; no differencing VHD is written',
  'v1|Msvm_ImageManagementService|Mount':
    'by loop devices, of formats other than raw with FUSE; no differencing VHD is written',
  'v2|Msvm_ImageManagementService|CompactVirtualHardDisk': 'all modes do the same',
  'v2|Msvm_ImageManagementService|ResizeVirtualHardDisk':
    'of a running machine disks at SCSI, which only grow, and no VHD, as on Hyper-V; none with checkpoints',
  ...Object.fromEntries(
    ['v2', 'cluster'].map((namespace) => [
      `${namespace}|Msvm_VirtualSystemManagementService|AddResourceSettings`,
      WITHOUT_PASS_THROUGH,
    ]),
  ),
  'v1|Msvm_VirtualSystemManagementService|AddVirtualSystemResources': WITHOUT_PASS_THROUGH,
  ...Object.fromEntries(
    ['v2', 'cluster'].map((namespace) => [
      `${namespace}|Msvm_VirtualSystemManagementService|ModifyResourceSettings`,
      WITHOUT_EFFECT,
    ]),
  ),
  'v1|Msvm_VirtualSystemManagementService|ModifyVirtualSystemResources': WITHOUT_EFFECT,
};

/** Why a class has no instances, or its methods are not offered, by what its name tells of its subject; the first that fits. */
export const NOT_IMPLEMENTED: readonly (readonly [subject: RegExp, reason: string])[] = [
  [/Replication|FailoverNetwork|^Msvm_Failover|RecoveryPoint/, 'replication is not implemented'],
  [/Migration|^Msvm_VirtualSystemsMigrat/, 'migration is not implemented'],
  [/Fc|FibreChannel|Wwpn/, 'no virtual Fibre Channel'],
  [/Gpu|Synth3d|3d|RemoteFx|Graphics/i, 'no graphics adapters for guests'],
  [/Pci|AssignableDevice/, 'no pass-through of devices'],
  [/RedundancySet/, 'the cluster has one node'],
  [/Collection/, 'nothing derives from it here'],
  [/Vhd(?:Set|Snapshot)|VHDSet|VHDSnapshot/, 'no VHD sets'],
  [/Shield/, 'shielding is not implemented'],
  [/Terminal/, 'no console connections over RDP'],
  [/Wi[Ff]i|Team|Bluetooth|InternalEthernet/, 'the host has no such adapter'],
  [/EthernetSwitchExtension|EthernetSwitchFeature|Extension/, 'switches have no extensions'],
  [/GuestCommunication|GuestServiceInterfaceSettingDataComponent/, 'the guest services of a machine are fixed'],
  [/Tpm|Battery|Storage(?:Alert|Virtual)/, 'not made for any machine'],
];
