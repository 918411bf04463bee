import '../../support/lambda-environment.ts';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  EXECUTIONS,
  exampleOf,
  rulesOf,
  type Schema,
  variationsOf,
} from '@device-lifecycle/test-kit/executions-schema.ts';
import { describe, expect, it } from '@jest/globals';
import Ajv from 'ajv/dist/2020.js';
import * as z from 'zod/mini';
import { input as decommissionDevice } from '../../../functions/decommission-device/input.ts';
import { fleetInput as decommissionFleet } from '../../../functions/decommission-devices/input.ts';
import { input as holdDevice } from '../../../functions/hold-device/input.ts';
import { input as purgeDevice } from '../../../functions/purge-device/input.ts';
import { input as releaseDevice } from '../../../functions/release-device/input.ts';
import { input as restoreDevice } from '../../../functions/restore-device/input.ts';
import { fleetInput as restoreFleet } from '../../../functions/restore-devices/input.ts';
import { InvalidInput } from '../../../shared/errors.ts';
import { checkFleet } from '../../../shared/fleet-input.ts';
import { correlationIdField, requestIdField } from '../../../shared/input.ts';
import { onTask } from '../../../shared/middleware/task.ts';
import { checkProposal, proposal } from '../../../shared/stale-input.ts';
import { aContext } from '../../support/lambda.ts';

const PROJECT_DIR = join(import.meta.dirname, '../../..');

/** That of the example. */
const BUCKET = 'device-lifecycle-dev-fleet-000000000000-us-east-1';
const EXECUTION = { requestId: 'execution-1', requestedAt: 1_000, correlationId: 'arn:execution' };

/** What a function takes of an execution's input: its schema, and the way there. */
interface Taker {
  readonly schema: z.ZodMiniType;
  /** @throws InvalidInput */
  readonly take: (input: unknown) => unknown;
}

/** The function of one device is given the input itself, with the ids of the request among its fields. */
function ofDevice(input: z.ZodMiniObject): Taker {
  const ids = { requestId: z.optional(requestIdField), correlationId: z.optional(correlationIdField) };
  const task = onTask({ operation: 'take', input }, async (request) => request);
  return {
    schema: z.strictObject({ ...input.shape, ...ids }),
    take: (input) => task({ ...EXECUTION, ...Object(input), source: 'execution' }, aContext()),
  };
}

const ofFleet = (schema: ReturnType<typeof decommissionFleet | typeof restoreFleet>): Taker => ({
  schema,
  take: (check) => checkFleet(schema, { ...EXECUTION, input: { check } }),
});

const ofProposal: Taker = {
  schema: proposal,
  take: (check) => checkProposal({ ...EXECUTION, input: { check } }),
};

const TAKERS: Readonly<Record<string, Taker>> = {
  'decommission-device': ofDevice(decommissionDevice),
  'restore-device': ofDevice(restoreDevice),
  'hold-device': ofDevice(holdDevice),
  'release-device': ofDevice(releaseDevice),
  'purge-device': ofDevice(purgeDevice),
  'decommission-fleet': ofFleet(decommissionFleet(BUCKET)),
  'restore-fleet': ofFleet(restoreFleet(BUCKET)),
  'propose-stale': ofProposal,
};

const MACHINES = Object.entries(TAKERS).map(([name, taker]) => {
  const described: Schema = EXECUTIONS.$defs[name] ?? {};
  return { name, described, ...taker };
});

/** Which one it has to be is for the service to know. */
function isOfAnotherBucket(input: unknown): boolean {
  const { bucket } = Object(Object(input).source);
  return typeof bucket === 'string' && bucket !== BUCKET;
}

async function isTaken(take: Taker['take'], input: unknown): Promise<boolean> {
  try {
    await take(input);
    return true;
  } catch (error) {
    if (error instanceof InvalidInput) return false;
    throw error;
  }
}

/** Strict, so that a misspelt keyword fails. */
const ajv = new Ajv.default({ strict: true, strictRequired: false });
ajv.addVocabulary(['x-title-ja', 'x-description-ja', 'x-unit']);
ajv.addSchema(EXECUTIONS, 'executions');

const fieldsOf = ({ properties = {} }: Schema): readonly (readonly [string, Schema])[] =>
  Object.entries(properties).flatMap(([name, field]) => [[name, field] as const, ...fieldsOf(field)]);

describe('docs/executions.schema.json', () => {
  it('has every state machine, and no other', () => {
    const resources = globSync('resources/*.yml', { cwd: PROJECT_DIR })
      .map((file) => readFileSync(join(PROJECT_DIR, file), 'utf8'))
      .join('\n');
    const names = [...resources.matchAll(/StateMachineName: .*\$\{sls:stage\}-(\S+)/g)].map(
      ([, name]) => name,
    );
    expect(Object.keys(EXECUTIONS.$defs).toSorted()).toEqual(names.toSorted());
    expect(Object.keys(TAKERS).toSorted()).toEqual(names.toSorted());
  });

  it.each(MACHINES)('says of $name what its function says itself', ({ described, schema }) => {
    expect(rulesOf(described)).toEqual(rulesOf(z.toJSONSchema(schema, { io: 'input' }) as Schema));
  });

  it.each(MACHINES)('has examples for $name that are taken', async ({ described, take }) => {
    expect(await isTaken(take, exampleOf(described))).toBe(true);
    expect(await isTaken(take, exampleOf(described, 'required'))).toBe(true);
  });

  it.each(MACHINES)('takes for $name what its function takes, and nothing else', async (machine) => {
    const validate = ajv.compile({ $ref: `executions#/$defs/${machine.name}` });
    const all = exampleOf(machine.described);
    const inputs = [
      ...variationsOf(machine.described, all),
      ...variationsOf(machine.described, exampleOf(machine.described, 'required')),
    ];
    const wrong: unknown[] = [];
    for (const input of inputs) {
      if (isOfAnotherBucket(input)) continue;
      const isRight = (await isTaken(machine.take, input)) === validate(input);
      if (!isRight) wrong.push(input);
    }
    expect(wrong).toEqual([]);
  });

  it.each(MACHINES)('has the defaults of $name', async ({ described, take }) => {
    const defaults = Object.entries(described.properties ?? {}).filter(([, field]) => 'default' in field);
    const numbers = defaults.filter(([, field]) => field.type !== 'boolean');
    const minimal = exampleOf(described, 'required');
    const spelledOut = Object.fromEntries(numbers.map(([name, field]) => [name, field.default]));
    expect(await take({ ...minimal, ...spelledOut })).toEqual(await take(minimal));
    // What is to be so has to be asked for.
    expect(defaults.filter(([, field]) => field.type === 'boolean' && field.default !== false)).toEqual([]);
  });

  it.each(MACHINES)('has labels for a form of $name in two languages', ({ described, name }) => {
    for (const [field, schema] of [[name, described] as const, ...fieldsOf(described)]) {
      expect([field, schema]).toEqual([
        field,
        expect.objectContaining({
          title: expect.stringMatching(/^[A-Z][\w ]{1,30}\w$/),
          description: expect.stringMatching(/^[A-Z].*\.$/),
          'x-title-ja': expect.stringMatching(/\p{Script_Extensions=Katakana}|\p{Script=Han}/u),
          'x-description-ja': expect.stringMatching(/\p{Script=Hiragana}.*。$/u),
        }),
      ]);
    }
  });
});
