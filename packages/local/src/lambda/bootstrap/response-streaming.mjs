import { InitError } from './handler-loader.mjs';

/** Handlers that stream their response say so as their module is loaded, by a global of Lambda's runtime. */
export function refuseStreaming() {
  globalThis.awslambda = {
    streamifyResponse() {
      throw new InitError(
        'ResponseStreamingNotSupported',
        'The laptop runtime does not stream responses: export a handler that returns its response.',
      );
    },
  };
}
