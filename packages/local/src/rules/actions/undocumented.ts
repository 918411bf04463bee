import { RETRY_DELAYS_MS } from '../run-rule.ts';
import type { UndocumentedOfRules } from '../undocumented.ts';
import { MAX_REPUBLISHED } from './republish.ts';

/** What AWS's pages leave open about actions and topic rules, and what is done here. */
export const undocumentedOfRules: readonly UndocumentedOfRules[] = [
  {
    name: 'another try of an action',
    page: 'iot-rule-actions',
    decision: `After ${RETRY_DELAYS_MS.join(' ms and after ')} ms, unless the target has refused the request itself`,
    reason: 'the guide has "multiple attempts in case of intermittent errors", and neither number nor time',
  },
  {
    name: 'failedAction, failedResource and errorMessage',
    page: 'rule-error-handling',
    decision: "Those of S3's example and of DynamoDB's in diagnosing-rules; the others are made after them",
    reason: 'there are no more examples',
  },
  {
    name: 'templates that cannot be evaluated',
    page: 'rule-error-handling',
    decision: 'A failure of the action',
    reason: 'the statement itself has been evaluated by then',
  },
  {
    name: 'binary payloads',
    page: 'iot-rule-actions',
    decision:
      'What takes text alone fails: Lambda, Step Functions, SNS, CloudWatch Logs, and SQS without useBase64',
    reason:
      'the guide says it of Lambda, and nothing of the others; bytes that change on the way are no message',
  },
  {
    name: 'the message of SqlParseException',
    page: 'API_CreateTopicRule',
    decision: 'The position in the statement, and what was expected there',
    reason: 'the reference has no example',
  },
  {
    name: 'the topic of ListTopicRules',
    page: 'API_ListTopicRules',
    decision: 'The rules that read it, or whose filter is that text',
    reason: 'the reference has "the rules for the specific topic", which may be either',
  },
  {
    name: 'createdAt of a rule that is replaced',
    page: 'API_ReplaceTopicRule',
    decision: 'It stays',
    reason: 'the rule is the same, by its name and its ARN',
  },
  {
    name: 'rules that republish in a circle',
    page: 'republish-rule-action',
    decision: `They are ended after ${MAX_REPUBLISHED} messages that one has led to, and the error action is told`,
    reason: 'no page has an end to it, and a laptop has nobody else to end it',
  },
];
