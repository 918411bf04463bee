import { AwsError, type AwsRequest } from '../../aws.ts';

/** What only MQTT 5 can carry, in the query and in headers. */
const parameters = ['contentType', 'responseTopic', 'messageExpiry'];
const header = 'x-amz-mqtt5-';

/** Throws `InvalidRequestException` for members of a message that need MQTT 5, naming them. */
export function refuseMqtt5({ query, headers }: AwsRequest): void {
  const given = [
    ...parameters.filter((name) => query.has(name)),
    ...Object.keys(headers).filter((name) => name.startsWith(header)),
  ];
  if (given.length > 0) {
    throw new AwsError(
      'InvalidRequestException',
      `${given.join(', ')} needs MQTT 5, which the laptop's broker does not speak; leave it out.`,
    );
  }
}
