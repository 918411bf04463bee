import { EXIT, UsageError } from '@device-lifecycle/operator/errors.ts';
import { explain } from '@device-lifecycle/operator/explain.ts';
import type { Command, CommandContext } from '../command.ts';

const MAX_PORT = 65_535;

export const consoleCommand: Command = {
  path: ['console'],
  summary: 'Serves a web page on this machine that shows the fleet and acts on it, with your credentials.',
  options: {
    port: {
      type: 'string',
      value: 'N',
      description: 'to listen on, on the loopback interface (any free one)',
    },
    'read-only': { type: 'boolean', description: 'refuse every change' },
    'with-parent': {
      type: 'boolean',
      description: 'end when the standard input does, for whoever starts it',
    },
  },
  examples: [
    ['npx devicectl console --stage prod --read-only', 'prints a link; look, and nothing can be changed'],
    ['npx devicectl console --local', 'the stack that "npm start" runs'],
  ],
  async run(context) {
    const port = portOf(context);
    const stack = await context.connect();
    const { startConsole } = await import('@device-lifecycle/console/server/start-console.ts');
    const running = await startConsole({
      stack,
      clock: context.clock,
      port,
      isReadOnly: context.values.flag('read-only'),
      onFailure: (error) => context.terminal.error(`console: ${explain(error, stack)}`),
    });
    try {
      if (context.values.flag('json')) context.terminal.out(JSON.stringify({ url: running.url }));
      else context.terminal.out(`console of ${stack.where}: ${running.url}`);
      await untilEnd(context);
    } finally {
      await running.close();
    }
    return EXIT.done;
  },
};

function portOf({ values }: CommandContext): number {
  const text = values.text('port') ?? '0';
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= MAX_PORT) return port;
  throw new UsageError(`--port ${text} is no port: give a number up to ${MAX_PORT}, or 0 for any free one.`);
}

/** Resolves with Ctrl-C, and with the end of the standard input where that is the parent's. */
async function untilEnd({ values, signal }: CommandContext): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return;
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (values.flag('with-parent')) process.stdin.on('close', resolve).on('end', resolve).resume();
  await promise;
  process.stdin.pause();
}
