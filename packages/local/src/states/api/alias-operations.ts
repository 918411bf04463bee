import { AwsError } from '../../aws.ts';
import type { JsonObject } from '../json.ts';
import type { AliasRecord, MachineRecord } from '../machine-record.ts';
import { qualifiedArn } from '../machine-targets.ts';
import { machineArnOf, requiredAliasName, routesOf } from './alias-request.ts';
import { descriptionOf } from './machine-request.ts';
import { type ApiContext, epochSeconds } from './operations.ts';
import { pageOf, pageRequest } from './page.ts';
import { isGiven, requiredArn } from './request.ts';
import { quotaExceeded } from './version-operations.ts';

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const MAX_ALIASES = 100;

/** CreateStateMachineAlias. https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html */
export function createStateMachineAlias(request: JsonObject, context: ApiContext): object {
  const name = requiredAliasName(request);
  const description = descriptionOf(request);
  const routes = routesOf(request);
  const record = recordOf(machineArnOf(routes), context);
  requireVersions(record, routes);
  const existing = record.aliases.find((alias) => alias.name === name);
  if (existing !== undefined && !isSame(existing, { routes, description })) {
    throw new AwsError(
      'ConflictException',
      'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
    );
  }
  if (existing === undefined && record.aliases.length >= MAX_ALIASES) {
    throw quotaExceeded(`${record.arn} has ${MAX_ALIASES} aliases: delete one first.`);
  }
  const nowMs = context.clock.now();
  const alias = existing ?? { name, description, routes, creationDateMs: nowMs, updateDateMs: nowMs };
  if (existing === undefined) context.registry.note({ ...record, aliases: [...record.aliases, alias] });
  return {
    stateMachineAliasArn: qualifiedArn(record, name),
    creationDate: epochSeconds(alias.creationDateMs),
  };
}

/** DescribeStateMachineAlias. */
export function describeStateMachineAlias(request: JsonObject, context: ApiContext): object {
  const { record, alias } = aliasOf(request, context);
  const { name, description, routes, creationDateMs, updateDateMs } = alias;
  return {
    stateMachineAliasArn: qualifiedArn(record, name),
    name,
    ...(description === undefined ? {} : { description }),
    routingConfiguration: routes,
    creationDate: epochSeconds(creationDateMs),
    updateDate: epochSeconds(updateDateMs),
  };
}

/** UpdateStateMachineAlias. */
export function updateStateMachineAlias(request: JsonObject, context: ApiContext): object {
  const { record, alias } = aliasOf(request, context);
  const routes = isGiven(request, 'routingConfiguration') ? routesOf(request) : alias.routes;
  if (machineArnOf(routes) !== record.arn) throw resourceNotFound();
  requireVersions(record, routes);
  const updateDateMs = context.clock.now();
  const description = descriptionOf(request) ?? alias.description;
  const updated = { ...alias, routes, description, updateDateMs };
  const aliases = record.aliases.map((other) => (other === alias ? updated : other));
  context.registry.note({ ...record, aliases });
  return { updateDate: epochSeconds(updateDateMs) };
}

/** DeleteStateMachineAlias: one that there is not is deleted already. */
export function deleteStateMachineAlias(request: JsonObject, context: ApiContext): object {
  const arn = requiredArn(request, 'stateMachineAliasArn');
  context.requireMachineArn(arn);
  const record = context.registry.record(arn.slice(0, arn.lastIndexOf(':')));
  if (record === undefined) return {};
  const aliases = record.aliases.filter(({ name }) => qualifiedArn(record, name) !== arn);
  context.registry.note({ ...record, aliases });
  return {};
}

/** ListStateMachineAliases, in the order in which they were made: of a machine, or of one of its versions. */
export function listStateMachineAliases(request: JsonObject, context: ApiContext): object {
  const arn = requiredArn(request, 'stateMachineArn');
  const { record, version } = context.target(arn);
  const page = pageRequest(request, `${arn} aliases`);
  const positioned = record.aliases
    .map((alias, index) => ({ alias, index }))
    .filter(
      ({ alias }) =>
        version === undefined || alias.routes.some((route) => route.stateMachineVersionArn === arn),
    )
    .filter(({ index }) => page.after === undefined || index > page.after);
  const { items, ...next } = pageOf(positioned, page, `${arn} aliases`, ({ index }) => index);
  return {
    stateMachineAliases: items.map(({ alias: { name, creationDateMs } }) => ({
      stateMachineAliasArn: qualifiedArn(record, name),
      creationDate: epochSeconds(creationDateMs),
    })),
    ...next,
  };
}

function aliasOf(request: JsonObject, context: ApiContext): { record: MachineRecord; alias: AliasRecord } {
  const arn = requiredArn(request, 'stateMachineAliasArn');
  context.requireMachineArn(arn);
  const record = context.registry.record(arn.slice(0, arn.lastIndexOf(':')));
  const alias = record?.aliases.find(({ name }) => qualifiedArn(record, name) === arn);
  if (record === undefined || alias === undefined) throw resourceNotFound();
  return { record, alias };
}

function recordOf(arn: string, { registry }: ApiContext): MachineRecord {
  const record = registry.record(arn);
  if (record === undefined) throw resourceNotFound();
  return record;
}

function requireVersions(record: MachineRecord, routes: AliasRecord['routes']): void {
  const known = new Set(record.versions.map(({ number }) => qualifiedArn(record, number)));
  if (routes.some(({ stateMachineVersionArn }) => !known.has(stateMachineVersionArn))) {
    throw resourceNotFound();
  }
}

function isSame(existing: AliasRecord, asked: Pick<AliasRecord, 'routes' | 'description'>): boolean {
  const textOf = ({ routes, description }: typeof asked) => JSON.stringify([routes, description]);
  return textOf(existing) === textOf(asked);
}

function resourceNotFound(): AwsError {
  return new AwsError('ResourceNotFound', 'Request references a resource that does not exist.');
}
