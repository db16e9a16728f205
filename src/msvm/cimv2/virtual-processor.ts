import type { CimInstance } from '../../cim/instance.ts';
import { fold } from '../../cim/names.ts';
import type { ObjectPath } from '../../cim/object-path.ts';
import type { CimValues } from '../../cim/values.ts';
import { numberValue } from '../../core/devices/effective.ts';
import type { VirtualSystem } from '../../core/model.ts';
import { elementNameOf } from '../../core/systems/system-defaults.ts';
import type { Entity, EntitySet, Match } from '../entity.ts';
import type { Projection } from '../projection.ts';
import { hasDevices } from '../v2/devices/system-device.ts';
import { onTimeMs } from '../v2/systems/computer-system.ts';
import { RunTime } from './run-time.ts';

const CLASS = 'Win32_PerfRawData_HvStats_HyperVHypervisorVirtualProcessor';
const SEPARATOR = ':hv vp ';
/** 100 ns ticks in a millisecond, the unit of run times. */
const TICKS = 10_000n;

interface VirtualProcessorEntity extends Entity {
  readonly kind: 'virtualProcessor';
  readonly system: VirtualSystem;
  readonly index: number;
}

/** Counters of virtual processors, named `<system>:Hv VP <n>` as on real hosts. */
export class VirtualProcessorSet implements EntitySet<VirtualProcessorEntity> {
  readonly kind = 'virtualProcessor';
  readonly className = CLASS;
  readonly #projection: Projection;
  readonly #runTime: RunTime;

  constructor(projection: Projection) {
    this.#projection = projection;
    this.#runTime = new RunTime((id) => {
      const system = projection.graph.system(id);
      return system !== undefined && hasDevices(system);
    });
  }

  *entities(): Iterable<VirtualProcessorEntity> {
    for (const system of this.#projection.graph.systems()) yield* processorsOf(system);
  }

  find(path: ObjectPath): VirtualProcessorEntity | undefined {
    const name = path.key('Name');
    return typeof name === 'string'
      ? [...this.#named(fold(name))].find((one) => fold(nameOf(one)) === fold(name))
      : undefined;
  }

  path(entity: VirtualProcessorEntity): ObjectPath {
    return this.#projection.path(CLASS, { Name: nameOf(entity) });
  }

  instance(entity: VirtualProcessorEntity): CimInstance {
    const now = this.#projection.clock.now();
    const onMs = onTimeMs(entity.system, now);
    const load = this.#projection.graph.machine(entity.system.id)?.figures().processorLoadPercent ?? 0;
    const busy = BigInt(Math.floor(this.#runTime.busyMs(entity.system.id, onMs, load))) * TICKS;
    const elapsed = BigInt(Math.floor(onMs)) * TICKS;
    return this.#projection
      .shape(CLASS, '', () => zeros(this.#projection))
      .make({
        Name: nameOf(entity),
        PercentTotalRunTime: busy,
        PercentTotalRunTime_Base: elapsed,
        PercentGuestRunTime: busy,
        PercentGuestRunTime_Base: elapsed,
        PercentTotalCoreRunTime: busy,
        PercentTotalCoreRunTime_Base: elapsed,
        Timestamp_Sys100NS: (BigInt(now) + 11_644_473_600_000n) * TICKS,
        Timestamp_PerfTime: BigInt(now) * TICKS,
        Timestamp_Object: BigInt(now) * TICKS,
      });
  }

  /** libvirt asks `Name LIKE '<system>:Hv VP %'`. */
  candidates(property: string, _match: Match, value: string): Iterable<VirtualProcessorEntity> | undefined {
    return property === 'name' && value.includes(SEPARATOR) ? this.#named(value) : undefined;
  }

  *#named(folded: string): Iterable<VirtualProcessorEntity> {
    const cut = folded.lastIndexOf(SEPARATOR);
    if (cut < 0) return;
    for (const system of this.#projection.graph.systemsNamed(folded.slice(0, cut))) yield* processorsOf(system);
  }
}

function* processorsOf(system: VirtualSystem): Iterable<VirtualProcessorEntity> {
  if (!hasDevices(system)) return;
  const setting = system.active.devices.find((device) => device.kind === 'processor');
  const count = setting === undefined ? 0 : numberValue(setting, 'VirtualQuantity');
  for (let index = 0; index < count; index++) yield { kind: 'virtualProcessor', className: CLASS, system, index };
}

const nameOf = ({ system, index }: VirtualProcessorEntity): string => `${elementNameOf(system.active)}:Hv VP ${index}`;

/** Counters that we do not keep are zero, not NULL: libvirt reads all of them. */
const zeros = (projection: Projection): CimValues => {
  const values: CimValues = { Caption: '', Description: '' };
  for (const property of projection.class(CLASS).properties) if (property.type === 'uint64') values[property.name] = 0n;
  return { ...values, Frequency_Sys100NS: 10_000_000n, Frequency_PerfTime: 10_000_000n, Frequency_Object: 10_000_000n };
};
