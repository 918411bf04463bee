/**
 * What the names of executions and the labels of Distributed Maps may not hold.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export const FORBIDDEN_IN_NAMES = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

/** Whether a text has 1 to `maxLength` characters, and none that is forbidden. */
export function isName(text: string, maxLength: number): boolean {
  return text.length > 0 && text.length <= maxLength && text.search(FORBIDDEN_IN_NAMES) === -1;
}
