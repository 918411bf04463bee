const LAMBDA_INVOKE = /^arn:aws[a-z-]*:states:[a-z0-9-]*:\d*:lambda:invoke$/;
const FUNCTION_ARN =
  /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,140}(:[A-Za-z0-9$_-]{1,129})?$/;

/** Whether a resource is the optimised integration with Lambda, `arn:aws:states:::lambda:invoke`. */
export function isLambdaInvoke(resource: string): boolean {
  return LAMBDA_INVOKE.test(resource);
}

/** Why this runtime can't run a resource, as the end of a sentence; undefined when it can. */
export function resourceRefusal(resource: string): string | undefined {
  if (isLambdaInvoke(resource) || FUNCTION_ARN.test(resource)) return undefined;
  if (/\.waitForTaskToken$/.test(resource)) return 'callbacks (.waitForTaskToken) are not run here';
  if (/\.sync(:\d+)?$/.test(resource)) return 'jobs that are awaited (.sync) are not run here';
  if (/:aws-sdk:/.test(resource)) return 'AWS SDK integrations are not run here';
  if (/:activity:/.test(resource)) return 'activities are not run here';
  return 'it is neither arn:aws:states:::lambda:invoke nor the ARN of a Lambda function';
}
