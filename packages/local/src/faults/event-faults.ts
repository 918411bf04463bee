import type { AwsService } from '../aws.ts';
import type { FunctionInvoker } from '../contracts.ts';
import { parseFunctionReference } from '../lambda/function-name.ts';
import { decodePath } from '../percent-encoding.ts';
import type { FaultPlan } from './fault-plan.ts';

/** How Lambda's functions are invoked from within the runtime, and by its API. */
interface Invocable extends FunctionInvoker {
  readonly handle: AwsService;
}

const INVOCATION = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

/** Functions whose events are accepted twice now and then, as the plan has it. */
export function withEventFaults<T extends Invocable>(functions: T, plan: FaultPlan): T {
  async function comesAgain(reference: string, accept: () => Promise<unknown>): Promise<void> {
    const strike = plan.drawOne('event', `lambda:${parseFunctionReference(reference).functionName}`);
    if (strike === undefined) return;
    try {
      await accept();
      strike.tell();
    } catch (error) {
      // The first has been accepted, which its sender must hear. A second that finds no room is none.
      if (Object(error).code !== 'TooManyRequestsException') throw error;
    }
  }
  return {
    ...functions,
    async invokeAsync(functionName, ...event) {
      await functions.invokeAsync(functionName, ...event);
      await comesAgain(functionName, () => functions.invokeAsync(functionName, ...event));
    },
    async handle(request) {
      const response = await functions.handle(request);
      const [, reference] = INVOCATION.exec(request.path) ?? [];
      const isAccepted = request.headers['x-amz-invocation-type'] === 'Event' && response.status === 202;
      if (isAccepted && reference !== undefined) {
        await comesAgain(decodePath(reference), () => functions.handle(request));
      }
      return response;
    },
  };
}
