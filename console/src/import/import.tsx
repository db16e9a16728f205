import { useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { get, make, Problem } from '../api/http.ts';
import { queries } from '../api/queries.ts';
import type { Plan } from '../api/types.ts';
import { goFromHere, Link } from '../app/router.tsx';
import { useMay } from '../app/session.tsx';
import { megabytes, t } from '../i18n/index.ts';
import { Button, Card, Empty, Failure, Loading, Page } from '../ui/basics.tsx';
import { CheckField } from '../ui/fields.tsx';
import { Steps } from '../ui/steps.tsx';
import { useTold } from '../ui/told.ts';
import { PathField } from './path-field.tsx';
import { PlanView } from './plan.tsx';

const steps = (): readonly string[] => [t('import.step.file'), t('import.step.plan'), t('import.step.realize')];

/** Import: choose a definition, look at the plan and put right what is found, then make the machine of it. */
const ImportPage = ({ id }: { readonly id: string | null }): ReactNode => {
  const administrator = useMay('administrator');
  const crumbs = <Link to={['machines']}>{t('nav.machines')}</Link>;
  if (!administrator)
    return (
      <Page title={t('import.title')} crumbs={crumbs}>
        <div className="card">
          <Empty icon="key" title={t('denied')}>
            <p>{t('denied.hint')}</p>
          </Empty>
        </div>
      </Page>
    );
  return id === null ? <Begin /> : <OnePlan id={id} />;
};

const Begin = (): ReactNode => {
  const { data: plans, error: unread, refetch } = useQuery(queries.plans);
  const [file, setFile] = useState('');
  const [copy, setCopy] = useState(false);
  const [busy, setBusy] = useState(false);
  const { error, tell } = useTold(t('import.title'));
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const leave = goFromHere();
    setBusy(true);
    tell(null);
    try {
      const definition = { definitionFile: file, snapshotFolder: await snapshotFolder(file), newIdentifier: copy };
      const plan = await make<Plan>('/plans', definition, t('import.gone'));
      leave('imports', plan.id);
    } catch (problem) {
      tell(problem);
      setBusy(false);
    }
  };
  return (
    <Page title={t('import.title')} crumbs={<Link to={['machines']}>{t('nav.machines')}</Link>}>
      <Steps names={steps()} at={0} />
      <div className="stack">
        <Card title={t('import.step.file')}>
          <form className="form" onSubmit={(event) => void submit(event)}>
            <p className="muted">{t('import.hint')}</p>
            <PathField label={t('import.file')} value={file} want="definition" onChange={setFile} />
            <CheckField label={t('import.copy')} hint={t('import.copy.hint')} checked={copy} onChange={setCopy} />
            {error === null ? null : <Failure error={error} />}
            <div>
              <Button look="primary" type="submit" busy={busy} disabled={file === ''}>
                {t('import.read')}
              </Button>
            </div>
          </form>
        </Card>
        <Card title={t('import.plans')} flush>
          {plans === undefined ? (
            unread === null ? (
              <Loading lines={2} />
            ) : (
              <Failure error={unread} retry={() => void refetch()} />
            )
          ) : plans.length === 0 ? (
            <Empty icon="import" title={t('import.plans.none')} />
          ) : (
            <table>
              <thead>
                <tr>
                  <th scope="col">{t('name')}</th>
                  <th scope="col">{t('generation')}</th>
                  <th scope="col" className="right">
                    {t('memory')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {plans.map((plan) => (
                  <tr key={plan.id}>
                    <th scope="row">
                      <Link to={['imports', plan.id]}>{plan.name}</Link>
                    </th>
                    <td>{plan.generation}</td>
                    <td className="right">{megabytes(plan.memoryMb)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Card>
      </div>
    </Page>
  );
};

/** Where exports keep the definitions of checkpoints: beside the folder of the machine's own; null: it is not there. */
async function snapshotFolder(definition: string): Promise<string | null> {
  const [, folder, separator] = /^(.*)([\\/])Virtual Machines[\\/][^\\/]+$/i.exec(definition) ?? [];
  if (folder === undefined) return null;
  const path = `${folder}${separator}Snapshots`;
  return get(`/files?path=${encodeURIComponent(path)}`).then(
    () => path,
    () => null,
  );
}

const OnePlan = ({ id }: { readonly id: string }): ReactNode => {
  const { data: plan, error, refetch } = useQuery(queries.plan(id));
  const crumbs = <Link to={['imports']}>{t('nav.imports')}</Link>;
  if (plan === undefined)
    return error === null ? (
      <Loading />
    ) : error instanceof Problem && error.body.status === 404 ? (
      <Page title={t('import.title')} crumbs={crumbs}>
        <div className="card">
          <Empty icon="import" title={t('import.gone')}>
            <p>{t('import.gone.hint')}</p>
          </Empty>
        </div>
      </Page>
    ) : (
      <Failure error={error} retry={() => void refetch()} />
    );
  return (
    <Page title={plan.name} crumbs={crumbs}>
      <Steps names={steps()} at={1} />
      <PlanView plan={plan} />
    </Page>
  );
};

export default ImportPage;
