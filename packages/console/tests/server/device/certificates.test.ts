import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeCertificateCommand, IoTClient, ListThingPrincipalsCommand } from '@aws-sdk/client-iot';
import { jsonAnswer, wireConfig } from '@device-lifecycle/test-kit/sdk-answers.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { createClients } from '../../../src/server/clients.ts';
import { readCertificates } from '../../../src/server/device/certificates.ts';

const named = (name: string) => Object.assign(new Error(`${name} it is.`), { name });

interface Registry {
  /** Ids of what is attached to the thing, or what is answered in their place. */
  readonly attached: readonly string[] | Error;
  readonly states?: Readonly<Record<string, string>>;
  readonly describing?: Error;
}

/** The record names `c1`. */
function createTools({ attached, states = {}, describing }: Registry) {
  const record = { id: { S: 'dev-1' }, certificateIds: { L: [{ S: 'c1' }] } };
  const dynamoDb = new DynamoDBClient(
    wireConfig(({ operation, input }) => {
      if (operation !== 'GetItem') return jsonAnswer({ Items: [] });
      return jsonAnswer(input['TableName'] === testStack.tables.devices ? { Item: record } : {});
    }),
  );
  const iot = new IoTClient({ region: 'eu-west-1' });
  const described: string[] = [];
  iot.send = async (command: unknown) => {
    if (command instanceof ListThingPrincipalsCommand) {
      if (attached instanceof Error) throw attached;
      return { principals: attached.map((id) => `arn:aws:iot:eu-west-1:1:cert/${id}`) };
    }
    if (!(command instanceof DescribeCertificateCommand)) throw new Error('Nobody expects this call.');
    const { certificateId = '' } = command.input;
    described.push(certificateId);
    if (describing !== undefined) throw describing;
    if (states[certificateId] === undefined) throw named('ResourceNotFoundException');
    return { certificateDescription: { status: states[certificateId], creationDate: new Date(5) } };
  };
  const clients = { ...createClients(testStack), dynamoDb, iot };
  return { tools: { clients, stack: testStack }, described };
}

describe('readCertificates', () => {
  it('has those of the record and those of the thing, also one that is gone', async () => {
    const { tools } = createTools({ attached: ['c2'], states: { c2: 'ACTIVE' } });
    expect(await readCertificates(tools, 'dev-1')).toEqual({
      certificates: [
        { certificateId: 'c1', isRecorded: true, isAttached: false, status: 'NONE' },
        { certificateId: 'c2', isRecorded: false, isAttached: true, status: 'ACTIVE', createdAt: 5 },
      ],
      omitted: 0,
      hasThing: true,
    });
  });

  it('knows a thing that is not there from one that may not be seen', async () => {
    const gone = createTools({ attached: named('ResourceNotFoundException'), states: { c1: 'REVOKED' } });
    expect(await readCertificates(gone.tools, 'dev-1')).toMatchObject({
      hasThing: false,
      certificates: [{ certificateId: 'c1', isAttached: false, status: 'REVOKED' }],
    });
    const forbidden = createTools({ attached: named('AccessDeniedException'), states: { c1: 'INACTIVE' } });
    const answer = await readCertificates(forbidden.tools, 'dev-1');
    expect(answer.attachedProblem?.kind).toBe('forbidden');
    expect(answer.hasThing).toBeUndefined();
    expect(answer.certificates).toEqual([
      { certificateId: 'c1', isRecorded: true, status: 'INACTIVE', createdAt: 5 },
    ]);
  });

  it('asks no more once it may not ask, and no more than there is room for', async () => {
    const many = Array.from({ length: 30 }, (_, index) => `x${index}`);
    const forbidden = createTools({ attached: many, describing: named('AccessDeniedException') });
    const { certificates, statusProblem, omitted } = await readCertificates(forbidden.tools, 'dev-1');
    expect(statusProblem?.kind).toBe('forbidden');
    expect(forbidden.described).toEqual(['c1']);
    expect(certificates).toHaveLength(20);
    expect(omitted).toBe(11);
  });
});
