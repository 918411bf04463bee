import type { FunctionDefinition, RefusedFunction } from './definition.ts';
import { encodingFunctions } from './encoding-functions.ts';
import { messageFunctions } from './message-functions.ts';
import { numberFunctions } from './number-functions.ts';
import { patternFunctions } from './pattern-functions.ts';
import { textFunctions } from './text-functions.ts';
import { timeFunctions } from './time-functions.ts';
import { valueFunctions } from './value-functions.ts';

export type Functions = ReadonlyMap<string, FunctionDefinition | RefusedFunction>;

const external = (service: string): RefusedFunction => ({
  refused: `it calls ${service}, which rules can't reach on the laptop; look it up in the function that the rule invokes`,
});

const externalFunctions: Readonly<Record<string, RefusedFunction>> = {
  aws_lambda: external('AWS Lambda while the statement is evaluated'),
  get_dynamodb: external('Amazon DynamoDB'),
  get_registry_data: external('the AWS IoT registry'),
  get_secret: external('AWS Secrets Manager'),
  get_thing_shadow: external('the AWS IoT Device Shadow service'),
  machinelearning_predict: external('Amazon Machine Learning'),
};

/**
 * Every function of AWS IoT SQL, by its name in lower case.
 * Source: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html
 */
export const functions: Functions = new Map(
  Object.entries({
    ...messageFunctions,
    ...textFunctions,
    ...patternFunctions,
    ...numberFunctions,
    ...valueFunctions,
    ...encodingFunctions,
    ...timeFunctions,
    ...externalFunctions,
  }),
);
