import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queries } from '../api/queries.ts';
import { count, dateTime, duration, megabytes, number, percent, t } from '../i18n/index.ts';
import { Bar, Card, Facts, Failure, Loading, Page } from '../ui/basics.tsx';
import { DefaultFolders } from './default-folders.tsx';

const HostPage = (): ReactNode => {
  const { data: host, error, refetch } = useQuery(queries.host);
  if (host === undefined)
    return (
      <Page title={t('nav.host')}>
        {error === null ? (
          <div className="card">
            <Loading />
          </div>
        ) : (
          <Failure error={error} retry={() => void refetch()} />
        )}
      </Page>
    );
  const used = host.memoryFreeMb === null ? null : host.memoryMb - host.memoryFreeMb;
  const simulated = host.hypervisor === 'simulated';
  return (
    <Page title={host.name}>
      <div className="stack">
        <Card>
          <div className="figures">
            <div className="figure">
              <b>
                {number(host.vms.running)} / {number(host.vms.total)}
              </b>
              {t('host.running')}
            </div>
            <div className="figure">
              <b>{host.cpuPercent === null ? '–' : percent(host.cpuPercent)}</b>
              {t('cpu')}
              {host.cpuPercent === null ? null : <Bar percent={host.cpuPercent} label={t('cpu')} />}
            </div>
            <div className="figure">
              <b>{used === null ? '–' : megabytes(used)}</b>
              {t('host.memory', { total: megabytes(host.memoryMb) })}
              {used === null ? null : <Bar percent={(used / host.memoryMb) * 100} label={t('memory')} />}
            </div>
            <div className="figure">
              <b>{duration((Date.now() - Date.parse(host.serviceStartedAt)) / 1000)}</b>
              {t('host.service')}
            </div>
          </div>
        </Card>
        <div className={simulated || host.accelerator === 'tcg' ? 'note warn' : 'note ok'}>
          <strong>
            {simulated ? t('host.simulated') : t('host.accelerator', { name: host.accelerator.toUpperCase() })}
          </strong>
          <span lang="en">{host.acceleratorReason}</span>
        </div>
        <Card title={t('facts')}>
          <Facts
            items={[
              [t('host.processor'), `${host.processorName} · ${count('host.logical', host.processors)}`],
              [t('host.booted'), host.startedAt === null ? '–' : dateTime(host.startedAt)],
              ['vsms', host.version],
              [t('host.hypervisor'), `${host.hypervisor} ${host.hypervisorVersion}`],
            ]}
          />
        </Card>
        <DefaultFolders />
      </div>
    </Page>
  );
};

export default HostPage;
