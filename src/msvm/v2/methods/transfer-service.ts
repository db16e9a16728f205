import { DomainError } from '../../../core/errors.ts';
import { TRANSFER_SERVICE } from '../services/services.ts';
import { exportMethod } from './export.ts';
import { done, type MethodRows } from './method.ts';
import { serviceControlMethods } from './not-offered.ts';
import type { MethodServices } from './services.ts';
import { requireSystem } from './targets.ts';

export { TRANSFER_SERVICE };

/** Vsms_TransferService: what Hyper-V's own classes have no words for when machines come and go (issue 3). */
export const transferServiceMethods = (services: MethodServices): MethodRows => ({
  ExportSystem: exportMethod(services, { live: true, formats: true }),
  GetSourceDependencies: {
    right: 'read',
    jobType: null,
    out: ['Disks', 'Files', 'Problems', 'OfCheckpoints'],
    run: async ({ args }) => {
      const system = requireSystem(services.references, 'ComputerSystem', args.requiredReference('ComputerSystem'));
      const found = await services.auxiliary.sourceDependencies(system.id);
      // One row a file, in arrays that run side by side.
      const rows = found.flatMap((each) =>
        (each.needs.length === 0 ? [''] : each.needs).map((file) => ({ ...each, file })),
      );
      return done({
        Disks: rows.map(({ disk }) => disk),
        Files: rows.map(({ file }) => file),
        Problems: rows.map(({ problem }) => problem ?? ''),
        OfCheckpoints: rows.map(({ checkpoints }) => checkpoints.length > 0),
      });
    },
  },
  DetachSource: {
    right: 'administer',
    jobType: null,
    out: [],
    run: async ({ request, args }) => {
      const system = requireSystem(services.references, 'ComputerSystem', args.requiredReference('ComputerSystem'));
      await services.auxiliary.detachSource(request, system.id);
      return done();
    },
  },
  SetDeviceModels: {
    right: 'administer',
    jobType: null,
    out: [],
    run: async ({ request, args }) => {
      const system = requireSystem(services.references, 'ComputerSystem', args.requiredReference('ComputerSystem'));
      const models = args.requiredText('DeviceModels');
      if (models !== 'inbox' && models !== 'virtio')
        throw new DomainError(
          'invalidParameter',
          'DeviceModels is inbox (devices that Windows has drivers for) or virtio.',
        );
      await services.auxiliary.setDeviceModels(request, system.id, models);
      return done();
    },
  },
  ...serviceControlMethods(),
});
