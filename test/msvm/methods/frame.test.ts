import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CimInstance } from '../../../src/cim/instance.ts';
import { ObjectPath } from '../../../src/cim/object-path.ts';
import type { Caller, OperationContext } from '../../../src/cim/operations.ts';
import { loadRepository } from '../../../src/cim/repository/load.ts';
import type { CimValues } from '../../../src/cim/values.ts';
import { DOMAIN_ERRORS, DomainError, type DomainErrorCode } from '../../../src/core/errors.ts';
import type { JobPlan } from '../../../src/core/jobs/definition.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import { type FrameServices, methodProvider } from '../../../src/msvm/v2/methods/frame.ts';
import { done, type MethodRow } from '../../../src/msvm/v2/methods/method.ts';
import {
  clusterChangeReturnValues,
  clusterReturnValues,
  msvmReturnValues,
  type ReturnValues,
} from '../../../src/msvm/v2/methods/return-values.ts';

const schema = loadRepository().namespace('root\\virtualization\\v2');
const errorClass = schema?.class('Msvm_Error');
assert.ok(errorClass);

const job = (plan: JobPlan): Job => ({
  id: 'B0D6E1F0-0000-4000-8000-000000000001',
  className: 'Msvm_ConcreteJob',
  type: plan.type,
  caption: plan.caption,
  owner: 'HOST\\admin',
  state: 4,
  percent: 0,
  cancellable: false,
  affected: plan.affected,
  submittedAt: 0,
  startedAt: 0,
  endedAt: null,
  stateChangedAt: 0,
  errorCode: 0,
  errorSummary: null,
  errorDescription: null,
  errors: [],
});

const services = (forceAsync: boolean, plans: JobPlan[] = []): FrameServices => ({
  forceAsync,
  jobs: {
    run: async (_request, plan) => {
      plans.push(plan);
      return job(plan);
    },
    ended: async () => undefined,
    requestStateChange: async () => undefined,
  },
  jobPath: (made) => ObjectPath.of(made.className, { InstanceID: made.id }),
  refusal: (error) => new CimInstance(errorClass, { Message: error.message }),
});

const context = (role: Caller['role'] = 'administrator'): OperationContext => ({
  caller: { name: 'HOST\\someone', role, address: 'local' },
  requestId: 'r1',
  protocol: 'internal',
  signal: new AbortController().signal,
});

const invoke = async (
  row: MethodRow,
  options: {
    forceAsync?: boolean;
    role?: Caller['role'];
    codes?: ReturnValues;
    args?: CimValues;
    plans?: JobPlan[];
  } = {},
) => {
  const frame = services(options.forceAsync ?? false, options.plans);
  const provider = methodProvider(
    frame,
    'root\\virtualization\\v2',
    'X',
    { M: row },
    options.codes ?? msvmReturnValues,
  );
  const method = provider.methods['M'];
  assert.ok(method);
  return method(context(options.role), ObjectPath.of('X', {}), options.args ?? {});
};

const row = (run: MethodRow['run'], more: Partial<MethodRow> = {}): MethodRow => ({
  right: 'administer',
  jobType: 1,
  out: ['Result'],
  run,
  ...more,
});

describe('the frame around methods (management-service §0)', () => {
  test('S: 0 at once, the out parameter filled, Job NULL', async () => {
    const answer = await invoke(row(async () => done({ Result: 'x' })));
    assert.deepEqual(answer, { returnValue: 0, out: { Result: 'x', Job: null } });
  });

  test('forceAsync: 4096, out parameters NULL, the job affects what was made', async () => {
    const affected = [{ element: { kind: 'system', id: 'G' }, effect: 5 }] as const;
    const plans: JobPlan[] = [];
    const answer = await invoke(
      row(async () => done({ Result: 'x' }, affected)),
      { forceAsync: true, plans },
    );
    assert.equal(answer.returnValue, 4096);
    assert.equal(answer.out['Result'], null);
    assert.ok(answer.out['Job'] instanceof ObjectPath);
    assert.deepEqual(plans[0]?.affected, affected);
    assert.equal(plans[0]?.type, 1);
  });

  test('forceAsync: a method without a Job parameter stays as it is', async () => {
    const answer = await invoke(
      row(async () => done({ Result: 'x' }), { jobType: null }),
      { forceAsync: true },
    );
    assert.deepEqual(answer, { returnValue: 0, out: { Result: 'x' } });
  });

  test('every refusal of the domain has its number, in both dialects, with an Msvm_Error', async () => {
    for (const code of Object.keys(DOMAIN_ERRORS) as DomainErrorCode[]) {
      const failing = row(async () => {
        throw new DomainError(code, 'why');
      });
      const answer = await invoke(failing);
      assert.equal(answer.returnValue, DOMAIN_ERRORS[code].returnValue);
      assert.deepEqual(answer.out, { Result: null, Job: null });
      assert.equal(answer.extended?.get('Message'), 'why');
      assert.equal((await invoke(failing, { codes: clusterReturnValues })).returnValue, DOMAIN_ERRORS[code].cluster);
    }
  });

  test('K9: in the cluster an invalid state is 5 for Destroy, Modify and Remove', async () => {
    const failing = row(async () => {
      throw new DomainError('invalidState', 'why');
    });
    assert.equal((await invoke(failing, { codes: clusterChangeReturnValues })).returnValue, 5);
    assert.equal((await invoke(failing, { codes: clusterReturnValues })).returnValue, 32775);
  });

  test('a defect is no return value', async () => {
    await assert.rejects(invoke(row(() => Promise.reject(new TypeError('bug')))), TypeError);
  });

  test('K8: a right that the role does not have is 32769, and the method does not run', async () => {
    const rights = [
      ['viewer', 'read', 0],
      ['viewer', 'operate', 32769],
      ['viewer', 'administer', 32769],
      ['operator', 'operate', 0],
      ['operator', 'administer', 32769],
      ['administrator', 'administer', 0],
    ] as const;
    for (const [role, right, expected] of rights) {
      let ran = false;
      const guarded = row(
        async () => {
          ran = true;
          return done();
        },
        { right },
      );
      assert.equal((await invoke(guarded, { role })).returnValue, expected, `${role} ${right}`);
      assert.equal(ran, expected === 0);
    }
  });
});

describe('arguments (management-service §0)', () => {
  const read = (run: MethodRow['run'], args: CimValues) => invoke(row(run), { args });

  test('NULL array and missing array are the same as empty', async () => {
    for (const args of [{}, { A: null }, { A: [] }]) {
      const answer = await read(async (call) => done({ Result: call.args.texts('A').length }), args);
      assert.equal(answer.out['Result'], 0);
    }
  });

  test('a required text may not be NULL, empty or blank', async () => {
    for (const args of [{}, { A: null }, { A: '' }, { A: ' \n' }]) {
      assert.equal(
        (await read(async (call) => done({ Result: call.args.requiredText('A') }), args)).returnValue,
        32773,
      );
    }
  });

  test('a wrong type is 32776, a NULL element 32773', async () => {
    assert.equal((await read(async (call) => done({ Result: call.args.text('A') }), { A: 5 })).returnValue, 32776);
    assert.equal(
      (await read(async (call) => done({ Result: [...call.args.texts('A')] }), { A: 'x' })).returnValue,
      32776,
    );
    assert.equal(
      (await read(async (call) => done({ Result: [...call.args.texts('A')] }), { A: ['x', 5] })).returnValue,
      32776,
    );
    assert.equal(
      (await read(async (call) => done({ Result: [...call.args.texts('A')] }), { A: [null] })).returnValue,
      32773,
    );
    assert.equal(
      (await read(async (call) => done({ Result: call.args.reference('A') }), { A: 'x' })).returnValue,
      32776,
    );
  });

  test('more elements than any request needs are refused', async () => {
    const many = Array.from({ length: 20_000 }, () => 'x');
    assert.equal(
      (await read(async (call) => done({ Result: call.args.texts('A').length }), { A: many })).returnValue,
      32773,
    );
  });
});
