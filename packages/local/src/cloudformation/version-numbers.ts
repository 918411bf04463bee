import { isDeepStrictEqual } from 'node:util';
import { createResolver, isPresent } from '../template/create-resolver.ts';
import type { StackEnvironment } from '../template/environment.ts';
import { parseTemplate } from '../template/template.ts';
import type { Deployment } from './stack-record.ts';

/** Tells what number the next version of a function gets. */
export type NextVersion = (functionName: string) => number;

/**
 * The numbers of the versions that a template has, by logical id: those that are published have theirs, others get the
 * next ones. Throws `TemplateError`.
 */
export function versionNumbers(
  { template: text, parameters }: Deployment,
  deployed: Deployment | undefined,
  environment: Omit<StackEnvironment, 'parameters'>,
  nextVersion: NextVersion,
): Readonly<Record<string, string>> {
  const template = parseTemplate(text);
  const resolver = createResolver(template, { ...environment, parameters });
  const before = deployed === undefined ? undefined : parseTemplate(deployed.template).resources;
  const given = new Map<string, number>();
  const numbers: Record<string, string> = {};
  for (const resource of template.resources.values()) {
    const { logicalId, type, properties } = resource;
    if (type !== 'AWS::Lambda::Version' || !isPresent(resolver, resource)) continue;
    const known = deployed?.versions?.[logicalId];
    // Whatever of a version changes, CloudFormation makes another one.
    if (known !== undefined && isDeepStrictEqual(before?.get(logicalId)?.properties, properties)) {
      numbers[logicalId] = known;
      continue;
    }
    const { name } = resolver.identity(logicalId, `Resources.${logicalId}`);
    const number = (given.get(name) ?? nextVersion(name) - 1) + 1;
    given.set(name, number);
    numbers[logicalId] = String(number);
  }
  return numbers;
}
