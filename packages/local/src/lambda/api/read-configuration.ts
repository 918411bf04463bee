import type { Members } from '../../protocol/members.ts';
import type { FunctionDefinition, LayerDefinition } from '../definition.ts';
import type { FunctionLogging } from '../logging.ts';
import { defaultLogging } from '../logging.ts';
import { type ApiContext, invalidParameter } from './operation.ts';

/** The members of UpdateFunctionConfiguration that are acted on, or told again. */
export const CONFIGURATION_MEMBERS = [
  'Description',
  'Environment',
  'EphemeralStorage',
  'Handler',
  'KMSKeyArn',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'Role',
  'Runtime',
  'SnapStart',
  'Timeout',
  'TracingConfig',
  'VpcConfig',
] as const;

/** What has no effect on a laptop. */
const TOLD = ['EphemeralStorage', 'KMSKeyArn', 'SnapStart', 'TracingConfig', 'VpcConfig'] as const;

const ROLE = /^arn:aws[\w-]*:iam::\d{12}:role\/?[\w+=,.@/-]+$/;
const VARIABLE = /^[A-Za-z]\w+$/;
const MAX_LAYERS = 5;

/** What of a function a call changes. Throws `ValidationException` and `InvalidParameterValueException`. */
export function readConfiguration(
  members: Members,
  functionName: string,
  context: ApiContext,
): Partial<FunctionDefinition> {
  const timeout = members.optionalWhole('Timeout', { least: 1, most: 900 });
  const memoryMb = members.optionalWhole('MemorySize', { least: 128, most: 10_240 });
  const handler = members.optionalText('Handler', { max: 128, pattern: /^[^\s]+$/ });
  const runtime = members.optionalText('Runtime');
  const environment = environmentOf(members);
  const layers = layersOf(members, context);
  const logging = loggingOf(members, functionName);
  return {
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    ...(memoryMb === undefined ? {} : { memoryMb }),
    ...(handler === undefined ? {} : { handler }),
    ...(runtime === undefined ? {} : { runtime }),
    ...(environment === undefined ? {} : { environment }),
    ...(layers === undefined ? {} : { layers }),
    ...(logging === undefined ? {} : { logging }),
  };
}

/** What is told again as it was given. */
export function readTold(members: Members): Readonly<Record<string, unknown>> {
  const Role = members.optionalText('Role', { pattern: ROLE });
  const Description = members.optionalText('Description', { min: 0, max: 256 });
  if (members.optionalObject('SnapStart')?.optionalText('ApplyOn') === 'PublishedVersions') {
    throw invalidParameter('The laptop runtime has no SnapStart: leave it out, or set ApplyOn to None.');
  }
  const others = TOLD.filter((name) => ![undefined, null].includes(members.json[name] as undefined));
  return {
    ...(Role === undefined ? {} : { Role }),
    ...(Description === undefined ? {} : { Description }),
    ...Object.fromEntries(others.map((name) => [name, members.json[name]])),
  };
}

function environmentOf(members: Members): Readonly<Record<string, string>> | undefined {
  const environment = members.optionalObject('Environment');
  if (environment === undefined) return undefined;
  const variables = environment.optionalTextMap('Variables') ?? {};
  const unnamed = Object.keys(variables).find((name) => !VARIABLE.test(name));
  if (unnamed === undefined) return variables;
  throw invalidParameter(
    `The name of the environment variable ${unnamed} must be two characters and more: a letter, then letters, digits and underscores.`,
  );
}

/** Layers that functions of stacks have. */
function layersOf(members: Members, { registry }: ApiContext): readonly LayerDefinition[] | undefined {
  const arns = members.optionalTexts('Layers');
  if (arns === undefined) return undefined;
  if (arns.length > MAX_LAYERS) {
    throw invalidParameter(`Cannot reference more than ${MAX_LAYERS} layers.`);
  }
  const known = registry.all.flatMap(({ definition }) => definition.layers ?? []);
  return arns.map((arn) => {
    const layer = known.find((candidate) => candidate.arn === arn);
    if (layer === undefined) throw invalidParameter(`Layer version ${arn} does not exist.`);
    return { arn, directory: layer.directory };
  });
}

function loggingOf(members: Members, functionName: string): FunctionLogging | undefined {
  const config = members.optionalObject('LoggingConfig');
  if (config === undefined) return undefined;
  config.allow('ApplicationLogLevel', 'LogFormat', 'LogGroup', 'SystemLogLevel');
  const defaults = defaultLogging(functionName);
  return {
    logFormat: config.optionalEnum('LogFormat', ['JSON', 'Text']) ?? defaults.logFormat,
    applicationLogLevel:
      config.optionalEnum('ApplicationLogLevel', ['TRACE', 'DEBUG', 'INFO']) ?? defaults.applicationLogLevel,
    systemLogLevel: config.optionalEnum('SystemLogLevel', ['INFO', 'WARN']) ?? defaults.systemLogLevel,
    logGroupName:
      config.optionalText('LogGroup', { max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ }) ?? defaults.logGroupName,
  };
}
