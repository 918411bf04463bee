import { arnOf, PARTITION, type StackEnvironment, URL_SUFFIX } from './environment.ts';
import { isObject, type Json } from './json.ts';
import { NO_VALUE, type Resolved, type Resolver } from './resolver.ts';
import { TemplateError } from './template-error.ts';

/**
 * What a pseudo parameter is on the laptop; `undefined` for names that are none.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html
 */
export function pseudoParameter(environment: StackEnvironment, name: string): Resolved | undefined {
  const { accountId, region, stackName } = environment;
  switch (name) {
    case 'AWS::AccountId':
      return accountId;
    case 'AWS::NoValue':
      return NO_VALUE;
    case 'AWS::NotificationARNs':
      return [];
    case 'AWS::Partition':
      return PARTITION;
    case 'AWS::Region':
      return region;
    case 'AWS::StackId':
      return environment.stackId ?? arnOf(environment, 'cloudformation', `stack/${stackName}/local`);
    case 'AWS::StackName':
      return stackName;
    case 'AWS::URLSuffix':
      return URL_SUFFIX;
    default:
      return undefined;
  }
}

/** A parameter's value: the one given, else its default. `undefined` where the template has no such parameter. */
export function templateParameter(resolver: Resolver, name: string, path: string): Json | undefined {
  const parameter = resolver.template.parameters[name];
  if (!isObject(parameter)) return undefined;
  const value = resolver.environment.parameters?.[name] ?? parameter['Default'];
  if (value === undefined)
    throw new TemplateError(path, `parameter ${name} has neither a value nor a Default`);
  const type = String(parameter['Type']);
  if (type.startsWith('AWS::SSM::')) {
    throw new TemplateError(
      path,
      `parameter ${name} is read from SSM on AWS: give the laptop runtime its value`,
    );
  }
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  return isList
    ? String(value)
        .split(',')
        .map((one) => one.trim())
    : String(value);
}
