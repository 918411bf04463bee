import type { XmlMembers } from '../../query-protocol.ts';
import { isObject, type JsonObject } from '../../template/json.ts';
import { parseTemplate, type Template } from '../../template/template.ts';
import { neededCapabilities } from '../capabilities.ts';
import { defaultOf } from '../parameters.ts';
import type { ApiContext } from './context.ts';
import { validationError } from './errors.ts';
import { describedStack } from './find.ts';
import type { Input } from './input.ts';
import { asValidation, givenTemplate, TEMPLATE_PARAMETERS } from './template-source.ts';

/** ValidateTemplate: whether the template is one, not whether it can be run. */
export async function validateTemplate(input: Input, context: ApiContext): Promise<XmlMembers> {
  input.allow(TEMPLATE_PARAMETERS);
  const template = await readTemplate(input, context);
  return {
    Parameters: Object.entries(template.parameters).map(([key, parameter]) => ({
      ParameterKey: key,
      DefaultValue: defaultOf(parameter),
      NoEcho: String(membersOf(parameter)['NoEcho'] ?? false),
      Description: textOf(membersOf(parameter)['Description']),
    })),
    Description: template.description,
    ...capabilitiesOf(template),
  };
}

/** GetTemplateSummary: of a template, or of the one that a stack has. */
export async function getTemplateSummary(input: Input, context: ApiContext): Promise<XmlMembers> {
  input.allow([...TEMPLATE_PARAMETERS, 'StackName']);
  const template = await readTemplate(input, context);
  return {
    Parameters: Object.entries(template.parameters).map(([key, parameter]) =>
      parameterShape(key, membersOf(parameter)),
    ),
    Description: template.description,
    ...capabilitiesOf(template),
    ResourceTypes: [...new Set([...template.resources.values()].map(({ type }) => type))],
    Metadata: template.metadata === undefined ? undefined : JSON.stringify(template.metadata),
  };
}

async function readTemplate(input: Input, context: ApiContext): Promise<Template> {
  const template = await textOfTemplate(input, context);
  return asValidation(() => {
    const parsed = parseTemplate(template);
    if (parsed.resources.size > 0) return parsed;
    throw validationError('Template format error: At least one Resources member must be defined.');
  });
}

async function textOfTemplate(input: Input, context: ApiContext): Promise<string> {
  if (input.optionalText('StackName') === undefined) return (await givenTemplate(input, context)).template;
  const { deployed, pending, stackName } = describedStack(input, context.stacks.store);
  const deployment = deployed ?? pending;
  if (deployment === undefined) throw validationError(`Stack [${stackName}] has no template yet.`);
  return deployment.template;
}

function parameterShape(key: string, parameter: JsonObject): XmlMembers {
  const allowed = parameter['AllowedValues'];
  return {
    ParameterKey: key,
    DefaultValue: defaultOf(parameter),
    ParameterType: textOf(parameter['Type']),
    NoEcho: String(parameter['NoEcho'] ?? false),
    Description: textOf(parameter['Description']),
    ParameterConstraints: Array.isArray(allowed) ? { AllowedValues: allowed.map(String) } : {},
  };
}

function capabilitiesOf(template: Template): XmlMembers {
  const { capability, types } = neededCapabilities(template);
  if (capability === undefined) return {};
  return {
    Capabilities: [capability],
    CapabilitiesReason: `The following resource(s) require capabilities: [${types.join(', ')}]`,
  };
}

const membersOf = (parameter: unknown): JsonObject => {
  const members = parameter as JsonObject | undefined;
  return isObject(members) ? members : {};
};

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
