import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queries } from '../api/queries.ts';
import { t } from '../i18n/index.ts';
import { GoneContext } from '../ui/gone.ts';

/** Around a dialog about a drive or an adapter: it says when others have removed that. */
export const AboutDevice = ({
  of,
  id,
  children,
}: {
  /** `vms/<id>`, `plans/<id>` or `checkpoints/<id>`. */
  readonly of: string;
  readonly id: string;
  readonly children: ReactNode;
}): ReactNode => {
  const { data } = useQuery(queries.devices(of));
  const there = data === undefined || [...data.disks, ...data.nics].some((device) => device.id === id);
  return <GoneContext.Provider value={there ? null : t('device.gone')}>{children}</GoneContext.Provider>;
};
