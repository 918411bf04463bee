import { DescribeCertificateCommand, type IoTClient, ListThingPrincipalsCommand } from '@aws-sdk/client-iot';
import { readRecords } from '@device-lifecycle/operator/device/reader.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { CertificatesAnswer, DeviceCertificate } from '../../contract/device.ts';
import type { Problem } from '../../contract/problem.ts';
import { problemOf } from '../problem.ts';
import type { ConsoleTools } from '../tools.ts';
import { factsOf } from './record-facts.ts';

/** AWS IoT describes ten certificates a second for all of an account. */
const MAX_DESCRIBED = 20;

/** The certificates that a device's record names or that its thing has, as AWS IoT has them now. */
export async function readCertificates(
  { clients, stack }: Pick<ConsoleTools, 'clients' | 'stack'>,
  deviceId: string,
): Promise<CertificatesAnswer> {
  const { device, invalidDevice } = await readRecords(clients.dynamoDb, stack.tables, deviceId);
  const recorded = factsOf(device ?? invalidDevice ?? {}).certificateIds ?? [];
  const thing = await readThing(clients.iot, stack, deviceId);
  const all = [...new Set([...recorded, ...(thing.attached ?? [])])];
  const ids = all.slice(0, MAX_DESCRIBED);
  const { states, problem } = await describeAll(clients.iot, stack, ids);
  return {
    certificates: ids.map((certificateId) => ({
      certificateId,
      isRecorded: recorded.includes(certificateId),
      ...(thing.attached !== undefined && { isAttached: thing.attached.includes(certificateId) }),
      ...states.get(certificateId),
    })),
    omitted: all.length - ids.length,
    ...(thing.hasThing !== undefined && { hasThing: thing.hasThing }),
    ...(thing.problem !== undefined && { attachedProblem: thing.problem }),
    ...(problem !== undefined && { statusProblem: problem }),
  };
}

const isMissing = (error: unknown): boolean => Object(error).name === 'ResourceNotFoundException';

interface ThingFacts {
  readonly hasThing?: boolean;
  /** Ids of certificates. */
  readonly attached?: readonly string[];
  readonly problem?: Problem;
}

async function readThing(iot: IoTClient, stack: Stack, thingName: string): Promise<ThingFacts> {
  try {
    const { principals = [] } = await iot.send(new ListThingPrincipalsCommand({ thingName }));
    const attached = principals.map((arn) => /:cert\/(\w+)$/.exec(arn)?.[1]).filter((id) => id !== undefined);
    return { hasThing: true, attached };
  } catch (error) {
    if (isMissing(error)) return { hasThing: false, attached: [] };
    return { problem: problemOf(error, stack) };
  }
}

type State = Pick<DeviceCertificate, 'status' | 'createdAt'>;

/** One by one, for the sake of the quota, until one is refused: the others would be too. */
async function describeAll(iot: IoTClient, stack: Stack, ids: readonly string[]) {
  const states = new Map<string, State>();
  try {
    for (const certificateId of ids) states.set(certificateId, await describe(iot, certificateId));
    return { states };
  } catch (error) {
    return { states, problem: problemOf(error, stack) };
  }
}

async function describe(iot: IoTClient, certificateId: string): Promise<State> {
  try {
    const { certificateDescription = {} } = await iot.send(new DescribeCertificateCommand({ certificateId }));
    const { status, creationDate } = certificateDescription;
    return {
      ...(status !== undefined && { status }),
      ...(creationDate !== undefined && { createdAt: creationDate.getTime() }),
    };
  } catch (error) {
    if (isMissing(error)) return { status: 'NONE' };
    throw error;
  }
}
