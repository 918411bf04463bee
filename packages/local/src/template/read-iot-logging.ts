import { IOT_LOG_LEVELS, type IotLogLevel } from '../iot-log.ts';
import type { ResolvedResource } from './resolved-resource.ts';
import { TemplateError } from './template-error.ts';

/**
 * What AWS IoT logs: nothing where the template does not say so.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iot-logging.html
 */
export function readIotLogging(resources: readonly ResolvedResource[], accountId: string): IotLogLevel {
  const [resource, another] = resources;
  if (resource === undefined) return 'DISABLED';
  if (another !== undefined) throw new TemplateError(another.path, 'an account has one such setting');
  const { properties } = resource;
  properties.allow(['AccountId', 'DefaultLogLevel'], ['RoleArn']);
  if (properties.text('AccountId') !== accountId) {
    throw new TemplateError(
      `${properties.path}.AccountId`,
      'must be the account itself: !Ref AWS::AccountId',
    );
  }
  const level = IOT_LOG_LEVELS.find((one) => one === properties.text('DefaultLogLevel'));
  if (level !== undefined) return level;
  throw new TemplateError(
    `${properties.path}.DefaultLogLevel`,
    `must be one of ${IOT_LOG_LEVELS.join(', ')}`,
  );
}
