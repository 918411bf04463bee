import { AwsError } from '../../aws.ts';
import type { Template } from '../../template/template.ts';
import { areAcknowledged, neededCapabilities } from '../capabilities.ts';
import type { OnFailure, StackSettings } from '../stack-record.ts';
import { validationError } from './errors.ts';
import type { Input } from './input.ts';
import { optional } from './template-source.ts';

/** The parameters of all that make or change a stack, but for those of the template. */
export const SETTINGS_PARAMETERS = [
  'Capabilities',
  'ClientRequestToken',
  'DisableRollback',
  'NotificationARNs',
  'Parameters',
  'RoleARN',
  'RollbackConfiguration',
  'StackName',
  'Tags',
];

const MAX_TAGS = 50;

/** What a call says of a stack. Throws `ValidationError` for what the laptop runtime would not do. */
export function settingsOf(input: Input): StackSettings {
  const rollback = input.object('RollbackConfiguration');
  if ((rollback?.objects('RollbackTriggers').length ?? 0) > 0) {
    throw validationError(
      'RollbackConfiguration.RollbackTriggers: the laptop runtime has no alarms that could trigger a rollback: leave them out.',
    );
  }
  const notificationArns = input.texts('NotificationARNs');
  if (notificationArns.length > 0) {
    throw validationError(
      'NotificationARNs: the laptop runtime tells no topics of what happens to stacks: leave them out.',
    );
  }
  const tags = input.objects('Tags').map((tag) => ({ key: tag.text('Key'), value: tag.text('Value') }));
  if (tags.length > MAX_TAGS) throw validationError(`A stack has ${MAX_TAGS} tags at most.`);
  return {
    tags,
    capabilities: input.texts('Capabilities'),
    notificationArns,
    ...optional('roleArn', input.optionalText('RoleARN')),
  };
}

/** What becomes of the stack when it fails. Throws `ValidationError`. */
export function onFailureOf(input: Input, parameter: 'OnFailure' | 'OnStackFailure'): OnFailure {
  const onFailure = input.oneOf(parameter, ['ROLLBACK', 'DELETE', 'DO_NOTHING'] as const);
  const disableRollback = input.boolean('DisableRollback');
  if (onFailure !== undefined && disableRollback !== undefined) {
    throw validationError(`You can specify either ${parameter} or DisableRollback, but not both.`);
  }
  return onFailure ?? (disableRollback === true ? 'DO_NOTHING' : 'ROLLBACK');
}

/** Throws `InsufficientCapabilitiesException`. */
export function assertAcknowledged(template: Template, { capabilities }: StackSettings): void {
  const needed = neededCapabilities(template);
  if (areAcknowledged(needed, capabilities)) return;
  throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${needed.capability}]`);
}
