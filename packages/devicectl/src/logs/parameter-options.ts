import { type Parameters, QUERY_PARAMETERS } from '@device-lifecycle/operator/logs/parameters.ts';
import type { Values } from '@device-lifecycle/operator/values.ts';
import type { OptionDefinitions } from '../command.ts';

export const PARAMETER_OPTIONS: OptionDefinitions = {
  'device-id': { type: 'string', value: 'ID', description: 'the device, for queries about one' },
  'correlation-id': {
    type: 'string',
    value: 'ID',
    description: 'the request, for queries about one: a trace id, or the ARN of an execution',
  },
};

export const readParameters = (values: Values): Parameters =>
  Object.fromEntries(QUERY_PARAMETERS.map((option) => [option, values.text(option)]));
