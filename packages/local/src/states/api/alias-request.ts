import { AwsError } from '../../aws.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import type { Route } from '../machine-record.ts';
import { invalid, optionalNumber, optionalText } from './request.ts';

const MAX_NAME_LENGTH = 80;
const MAX_ROUTES = 2;
const ALL_WEIGHT = 100;
const NAME = /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]+$/;
const VERSION_ARN = /^(arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:stateMachine:[^:]+):\d+$/;

/** The `name` of an alias. Throws `ValidationException`. */
export function requiredAliasName(request: JsonObject): string {
  const name = optionalText(request, 'name', { min: 1, max: MAX_NAME_LENGTH });
  if (name === undefined) throw invalid('name', 'Member must not be null');
  if (!NAME.test(name)) {
    throw invalid('name', `Member must satisfy regular expression pattern: ${NAME.source}`);
  }
  return name;
}

/** The `routingConfiguration`. Throws `ValidationException`. */
export function routesOf({ routingConfiguration }: JsonObject): readonly Route[] {
  if (!Array.isArray(routingConfiguration) || routingConfiguration.length === 0) {
    throw invalid('routingConfiguration', 'Member must have length greater than or equal to 1');
  }
  if (routingConfiguration.length > MAX_ROUTES) {
    throw invalid('routingConfiguration', `Member must have length less than or equal to ${MAX_ROUTES}`);
  }
  const routes = routingConfiguration.map(routeOf);
  const arns = routes.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  if (arns.some((arn) => !VERSION_ARN.test(arn))) {
    throw refused(`must contain state machine version ARNs. Received: [${arns.join(', ')}]`);
  }
  if (new Set(arns).size < arns.length) {
    throw refused(`must contain distinct state machine version ARNs. Received: [${arns.join(', ')}]`);
  }
  if (new Set(arns.map(machineOf)).size > 1) {
    throw refused(`must contain versions of one state machine. Received: [${arns.join(', ')}]`);
  }
  const weights = routes.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== ALL_WEIGHT) {
    throw new AwsError(
      'ValidationException',
      `Sum of routing configuration weights must equal 100. Received: [${weights.join(', ')}]`,
    );
  }
  return routes;
}

function routeOf(route: unknown, index: number): Route {
  const member = `routingConfiguration.${index + 1}.member`;
  if (!isJsonObject(route)) throw invalid(member, 'Member must be a structure');
  const arn = optionalText(route, 'stateMachineVersionArn', { min: 1, max: 256 });
  const limits = { min: 0, max: ALL_WEIGHT, isInteger: true };
  const weight = optionalNumber(
    { [`${member}.weight`]: route['weight'] ?? null },
    `${member}.weight`,
    limits,
  );
  if (arn === undefined || weight === undefined) throw invalid(member, 'Member must not be null');
  return { stateMachineVersionArn: arn, weight };
}

/** The ARN of the machine that routes lead to. */
export function machineArnOf([route]: readonly Route[]): string {
  return machineOf(route?.stateMachineVersionArn ?? '');
}

function machineOf(versionArn: string): string {
  return VERSION_ARN.exec(versionArn)?.[1] ?? '';
}

function refused(reason: string): AwsError {
  return new AwsError('ValidationException', `Routing configuration ${reason}`);
}
