import { z } from 'zod';
import type { ObjectPath } from '../../cim/object-path.ts';
import { pageOf, compareKeys } from '../endpoint/shape.ts';
import { MANAGEMENT_SERVICE, PLAN, systemPath } from '../management/names.ts';
import { instances, text, time } from '../management/values.ts';
import { Problem } from '../problems/problem.ts';
import { idParams, pageSchema, paging } from '../routes/common.ts';
import { changed, gone, GONE_SINCE, made, ok, route, type Route } from '../routes/route.ts';
import { explainedJob } from '../jobs/explained.ts';
import { readVm, vmSchema } from '../vms/view.ts';
import { findingSchema, findingsOf } from './findings.ts';
import { planRevision, planSchema, readPlan, readPlanIfThere } from './view.ts';

const path = z.string().min(1).max(4096);
/** RequestedState that discards a saved state of a plan (planned-systems §5). */
const OFF = 3;

const validation = z.strictObject({ ok: z.boolean(), findings: z.array(findingSchema) });
const definition = z.strictObject({
  path: z.string(),
  id: z.string().nullable(),
  name: z.string().nullable(),
  createdAt: z.string().nullable(),
  notes: z.string(),
});

/** Imports: definitions to plans, and plans to machines. */
export const planRoutes: readonly Route[] = [
  route({
    id: 'listPlans',
    verb: 'GET',
    path: '/plans',
    tag: 'plans',
    summary: 'Planned machines',
    query: z.strictObject(paging),
    resource: true,
    answers: { 200: { description: 'A page of plans', schema: pageSchema(planSchema) } },
    handle: async ({ management, query }) => {
      const found = (await management.query(`SELECT Name, ElementName FROM ${PLAN}`)).map((plan) => ({
        id: text(plan, 'Name') ?? '',
        key: [(text(plan, 'ElementName') ?? '').toLowerCase(), text(plan, 'Name') ?? ''],
      }));
      const sorted = found.toSorted((a, b) => compareKeys(a.key, b.key));
      const page = pageOf(sorted, ({ key }) => key, query);
      const plans = await Promise.all(page.items.map(({ id }) => readPlanIfThere(management, id)));
      return ok({ items: plans.filter((plan) => plan !== null), next: page.next });
    },
  }),
  route({
    id: 'getPlan',
    verb: 'GET',
    path: '/plans/{id}',
    tag: 'plans',
    summary: 'One plan',
    params: idParams,
    resource: true,
    answers: { 200: { description: 'The plan', schema: planSchema } },
    handle: async ({ management, params: { id } }) => ({
      ...ok(await readPlan(management, id)),
      revision: await planRevision(management, id),
    }),
  }),
  route({
    id: 'importDefinition',
    verb: 'POST',
    path: '/plans',
    tag: 'plans',
    summary: 'Plan a machine by a definition file (.vmcx, .xml, .exp)',
    body: z.strictObject({
      definitionFile: path,
      snapshotFolder: path.nullable().default(null),
      newIdentifier: z.boolean().default(false),
    }),
    long: true,
    answers: { 201: { description: 'The plan', schema: planSchema }, ...GONE_SINCE },
    handle: async ({ management, body }) => {
      const out = await management.run(MANAGEMENT_SERVICE, 'ImportSystemDefinition', {
        SystemDefinitionFile: body.definitionFile,
        SnapshotFolder: body.snapshotFolder ?? '',
        GenerateNewSystemIdentifier: body.newIdentifier,
      });
      const id = String((out['ImportedSystem'] as ObjectPath).key('Name'));
      return made(`/api/v1/plans/${id}`, readPlan(management, id));
    },
  }),
  route({
    id: 'validatePlan',
    verb: 'POST',
    path: '/plans/{id}/validate',
    tag: 'plans',
    summary: 'What stands in the way, and what its owner should know',
    params: idParams,
    long: true,
    resource: true,
    revision: ({ management, params: { id } }) => planRevision(management, id),
    answers: { 200: { description: 'Findings', schema: validation } },
    handle: async ({ management, params: { id } }) => {
      // Of what was looked at: a change while that was done shows when it is named.
      const revision = await planRevision(management, id);
      const { job } = await management.start(MANAGEMENT_SERVICE, 'ValidatePlannedSystem', {
        PlannedSystem: systemPath(PLAN, id),
      });
      if (job === null) return { ...ok({ ok: true, findings: [] }), revision };
      const ended = await explainedJob(management, await management.await(job));
      const findings = await findingsOf(management, job);
      // A job without findings that failed could not look.
      if (ended.state === 'failed' && findings.length === 0)
        throw new Problem('operation-failed', ended.error?.message ?? 'The validation failed.', { job: ended });
      return { ...ok({ ok: !findings.some(({ blocking }) => blocking), findings }), revision };
    },
  }),
  route({
    id: 'realizePlan',
    verb: 'POST',
    path: '/plans/{id}/realize',
    tag: 'plans',
    summary: 'Make it a machine, which has the id of the plan',
    params: idParams,
    long: true,
    revision: ({ management, params: { id } }) => planRevision(management, id),
    answers: { 200: { description: 'The machine', schema: vmSchema }, ...GONE_SINCE },
    handle: async ({ management, params: { id } }) => {
      await management.get(systemPath(PLAN, id));
      await management.run(MANAGEMENT_SERVICE, 'RealizePlannedSystem', { PlannedSystem: systemPath(PLAN, id) });
      return changed(readVm(management, id));
    },
  }),
  route({
    id: 'discardSavedStateOfPlan',
    verb: 'POST',
    path: '/plans/{id}/discard-saved-state',
    tag: 'plans',
    summary: 'Forget a saved state that came with it',
    params: idParams,
    revision: ({ management, params: { id } }) => planRevision(management, id),
    answers: { 200: { description: 'The plan as it is then', schema: planSchema }, ...GONE_SINCE },
    handle: async ({ management, params: { id } }) => {
      await management.run(systemPath(PLAN, id), 'RequestStateChange', { RequestedState: OFF });
      return changed(readPlan(management, id));
    },
  }),
  route({
    id: 'discardPlan',
    verb: 'DELETE',
    path: '/plans/{id}',
    tag: 'plans',
    summary: 'Forget the plan; files of the import are untouched',
    params: idParams,
    revision: ({ management, params: { id } }) => planRevision(management, id),
    answers: { 204: { description: 'Forgotten' } },
    handle: async ({ management, params: { id } }) => {
      await management.get(systemPath(PLAN, id));
      await management.run(MANAGEMENT_SERVICE, 'DestroySystem', { AffectedSystem: systemPath(PLAN, id) });
      return gone;
    },
  }),
  route({
    id: 'inspectDefinition',
    verb: 'GET',
    path: '/definitions',
    tag: 'plans',
    summary: 'Which machine a definition file defines',
    query: z.strictObject({ path }),
    answers: { 200: { description: 'What it says; id and name null when it cannot be read', schema: definition } },
    handle: async ({ management, query }) => {
      const out = await management.run(MANAGEMENT_SERVICE, 'GetDefinitionFileSummaryInformation', {
        DefinitionFiles: [query.path],
      });
      const [summary] = instances(out['SummaryInformation']);
      const id = summary === undefined ? null : text(summary, 'Name');
      const known = summary !== undefined && id !== null && id !== '';
      return ok({
        path: query.path,
        id: known ? id : null,
        name: known ? text(summary, 'ElementName') : null,
        createdAt: known ? time(summary, 'CreationTime') : null,
        notes: known ? (text(summary, 'Notes') ?? '') : '',
      });
    },
  }),
];
