import type { RefusedFunction, SqlFunction } from './definition.ts';
import { encodingFunctions } from './encoding-functions.ts';
import { messageFunctions } from './message-functions.ts';
import { numberFunctions } from './number-functions.ts';
import { patternFunctions } from './pattern-functions.ts';
import { textFunctions } from './text-functions.ts';
import { valueFunctions } from './value-functions.ts';

export type Functions = ReadonlyMap<string, SqlFunction>;

const refusedFunctions: Readonly<Record<string, RefusedFunction>> = Object.fromEntries(
  [
    ...['acos', 'asin', 'atan', 'atan2', 'cos', 'cosh', 'exp', 'ln', 'log', 'sin', 'sinh', 'tan', 'tanh'],
    ...['aws_lambda', 'bitand', 'bitnot', 'bitor', 'bitxor', 'get_dynamodb', 'get_mqtt_property'],
    ...['get_registry_data', 'get_secret', 'get_thing_shadow', 'get_user_properties'],
    ...['machinelearning_predict', 'md2', 'parse_time', 'time_to_epoch'],
  ].map((name) => [name, { refused: 'the laptop does without it' }]),
);

/**
 * The functions of AWS IoT SQL, by their names in lower case.
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
 */
export const functions: Functions = new Map(
  Object.entries<SqlFunction>({
    ...messageFunctions,
    ...textFunctions,
    ...patternFunctions,
    ...numberFunctions,
    ...valueFunctions,
    ...encodingFunctions,
    ...refusedFunctions,
  }),
);
