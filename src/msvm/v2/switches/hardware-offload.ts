import type { EthernetSwitch } from '../../../core/model.ts';
import type { Catalog, Entity } from '../../entity.ts';
import type { Projection } from '../../projection.ts';
import { ListedSet } from '../listed-set.ts';
import { SWITCH } from './switch.ts';

const HARDWARE_OFFLOAD = 'Msvm_EthernetSwitchHardwareOffloadData';

/** What network cards do for a switch; os-win takes for granted that each switch has it (other-services §10). */
export interface HardwareOffloadEntity extends Entity {
  readonly kind: 'hardwareOffload';
  readonly switch: EthernetSwitch;
}

export const hardwareOffload = (target: EthernetSwitch): HardwareOffloadEntity => ({
  kind: 'hardwareOffload',
  className: HARDWARE_OFFLOAD,
  switch: target,
});

const keysOf = ({ switch: { id } }: HardwareOffloadEntity): Readonly<Record<string, string>> => ({
  CreationClassName: HARDWARE_OFFLOAD,
  Name: `Microsoft:${id}`,
  SystemCreationClassName: SWITCH,
  SystemName: id,
});

/** Nothing is handed to a card: frames of guests go through the kernel's bridge. */
export const addHardwareOffload = (projection: Projection, catalog: Catalog): void => {
  catalog.add(
    new ListedSet<HardwareOffloadEntity>(projection, {
      kind: 'hardwareOffload',
      className: HARDWARE_OFFLOAD,
      *entities() {
        for (const one of projection.graph.switches()) yield hardwareOffload(one);
      },
      keys: keysOf,
      instance: (entity) =>
        projection
          .shape(HARDWARE_OFFLOAD, '', () => ({
            Caption: 'Ethernet Switch Offload Resource Status',
            ElementName: 'Ethernet Switch Offload Resource Status',
            Description: 'Represents the hardware resources of a switch',
            IovVfCapacity: 0,
            IovVfUsage: 0,
            VmqCapacity: 0,
            VmqUsage: 0,
            IPsecSACapacity: 0,
            IPsecSAUsage: 0,
            IovQueuePairCapacity: 0,
            IovQueuePairUsage: 0,
            PacketDirectInUse: false,
            DefaultQueueVmmqEnabled: false,
            DefaultQueueVmmqQueuePairs: 0,
            DefaultQueueVrssEnabled: false,
            DefaultQueueVrssExcludePrimaryProcessor: false,
            DefaultQueueVrssIndependentHostSpreading: false,
            DefaultQueueVrssMinQueuePairs: 0,
            DefaultQueueVrssQueueSchedulingMode: 0,
          }))
          .make(keysOf(entity)),
    }),
  );
};
