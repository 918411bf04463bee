import { ExecutionLink } from '../../components/links.tsx';

/** The execution that brought something about, or the trace id of the device's message that did. */
export function CorrelationLink({ correlationId }: { readonly correlationId: string }) {
  return /^arn:[^:]+:states:[^:]*:[^:]*:execution:/.test(correlationId) ? (
    <ExecutionLink executionArn={correlationId} />
  ) : (
    <span class="mono">{correlationId}</span>
  );
}
