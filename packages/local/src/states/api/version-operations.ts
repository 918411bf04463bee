import { AwsError } from '../../aws.ts';
import type { JsonObject } from '../json.ts';
import type { MachineRecord, VersionRecord } from '../machine-record.ts';
import { stateMachineDeleting } from '../machine-registry.ts';
import { qualifiedArn } from '../machine-targets.ts';
import { descriptionOf } from './machine-request.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { pageOf, pageRequest } from './page.ts';
import { optionalText, requiredArn } from './request.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_VERSIONS = 1_000;

/** The error of what there are too many of. */
export function quotaExceeded(reason: string): AwsError {
  return new AwsError('ServiceQuotaExceededException', reason);
}

/** What a revision is called that has no id yet: that of a machine which was never changed. */
const FIRST_REVISION = 'INITIAL';

/** PublishStateMachineVersion. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-version.html */
export function publishStateMachineVersion(request: JsonObject, context: ApiContext): object {
  const arn = requiredArn(request, 'stateMachineArn');
  const { record } = context.target(arn);
  if (record.arn !== arn) {
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }
  if (record.status === 'DELETING') throw stateMachineDeleting(arn);
  const revisionId = optionalText(request, 'revisionId', { max: 256 });
  const current = record.revisionId ?? FIRST_REVISION;
  if (revisionId !== undefined && revisionId !== current) {
    throw new AwsError(
      'ConflictException',
      `Failed to publish the State Machine version for revision ${revisionId}. The current State Machine revision is ${current}.`,
    );
  }
  const number = publishVersion(record, descriptionOf(request), context);
  const version = context.target(qualifiedArn(record, number)).version;
  return {
    creationDate: epochSeconds(version?.creationDateMs ?? context.clock.now()),
    stateMachineVersionArn: qualifiedArn(record, number),
  };
}

/** Publishes a machine's current revision, unless that is the last version already; gives the version's number. */
export function publishVersion(
  record: MachineRecord,
  description: string | undefined,
  { registry, clock }: ApiContext,
): number {
  const [latest] = record.versions;
  if (latest !== undefined && latest.revisionId === record.revisionId && isUnchanged(latest, record)) {
    return latest.number;
  }
  if (record.versions.length >= MAX_VERSIONS) {
    throw quotaExceeded(`${record.arn} has ${MAX_VERSIONS} versions: delete one first.`);
  }
  const { definition, roleArn, loggingConfiguration, tracingConfiguration, revisionId } = record;
  const number = record.lastVersion + 1;
  const version: VersionRecord = {
    number,
    definition,
    roleArn,
    loggingConfiguration,
    tracingConfiguration,
    revisionId,
    description,
    creationDateMs: clock.now(),
  };
  registry.note({ ...record, lastVersion: number, versions: [version, ...record.versions] });
  return number;
}

function isUnchanged(version: VersionRecord, record: MachineRecord): boolean {
  return version.definition === record.definition && version.roleArn === record.roleArn;
}

/** ListStateMachineVersions, the newest first. */
export function listStateMachineVersions(request: JsonObject, context: ApiContext): object {
  const arn = requiredArn(request, 'stateMachineArn');
  const { record } = context.target(arn);
  const page = pageRequest(request, `${arn} versions`);
  const { after = Number.POSITIVE_INFINITY } = page;
  const rest = record.versions.filter(({ number }) => number < after);
  const { items, ...next } = pageOf(rest, page, `${arn} versions`, ({ number }) => number);
  return {
    stateMachineVersions: items.map(({ number, creationDateMs }) => ({
      stateMachineVersionArn: qualifiedArn(record, number),
      creationDate: epochSeconds(creationDateMs),
    })),
    ...next,
  };
}

/** DeleteStateMachineVersion: executions of it go on. */
export function deleteStateMachineVersion(request: JsonObject, context: ApiContext): object {
  const arn = requiredArn(request, 'stateMachineVersionArn');
  context.requireMachineArn(arn);
  const machineArn = arn.slice(0, arn.lastIndexOf(':'));
  const record = context.registry.record(machineArn);
  if (record === undefined) return {};
  const referring = record.aliases.filter(({ routes }) =>
    routes.some(({ stateMachineVersionArn }) => stateMachineVersionArn === arn),
  );
  if (referring.length > 0) {
    const names = referring.map(({ name }) => name).join(', ');
    throw new AwsError(
      'ConflictException',
      `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${names}]`,
    );
  }
  const versions = record.versions.filter(({ number }) => qualifiedArn(record, number) !== arn);
  context.registry.note({ ...record, versions });
  return {};
}
