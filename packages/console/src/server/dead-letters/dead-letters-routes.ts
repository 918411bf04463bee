import { createClients } from '@device-lifecycle/operator/dead-letters/clients.ts';
import type { DealOptions, Report } from '@device-lifecycle/operator/dead-letters/deal-with-selected.ts';
import { discardSelected } from '@device-lifecycle/operator/dead-letters/discard-selected.ts';
import { openQueue } from '@device-lifecycle/operator/dead-letters/queue.ts';
import { readLetters, readOneLetter } from '@device-lifecycle/operator/dead-letters/read-letters.ts';
import { DEFAULT_RATE, redriveSelected } from '@device-lifecycle/operator/dead-letters/redrive-selected.ts';
import { createDeadLetterTools } from '@device-lifecycle/operator/dead-letters/with-dead-letters.ts';
import { Hono } from 'hono';
import * as z from 'zod';
import type { DealLine, LetterDescription, LetterList } from '../../contract/dead-letters.ts';
import { definedIn } from '../defined.ts';
import { jsonLines } from '../json-lines.ts';
import { linesOfWork } from '../lines-of-work.ts';
import type { ConsoleTools } from '../tools.ts';

const MAX_TEXT = 1_024;
const MAX_IDS = 10_000;

const text = z.string().trim().min(1).max(MAX_TEXT);
const filter = z.object({ functionName: text.optional(), error: text.optional() });
const selection = z.strictObject({ ...filter.shape, ids: z.array(text).max(MAX_IDS) });
const discarding = z.strictObject({ ...selection.shape, reason: text });

/** The dead-letter queue. Looking at letters hides them from others for a moment, so that only the count is polled. */
export function deadLettersRoutes({ stack, clock, signal }: ConsoleTools): Hono {
  const clients = createClients(stack);
  signal.addEventListener('abort', () => clients.close(), { once: true });
  const tools = createDeadLetterTools(clients, stack, clock);
  const open = () => openQueue(clients.sqs, stack);
  const routes = new Hono();

  routes.get('/', async (context) => {
    const [warnings, options] = looking(context.req.raw.signal);
    const list = await readLetters(
      await open(),
      stack.name,
      definedIn(filter.parse(context.req.query())),
      options,
    );
    return context.json({ ...list, warnings } satisfies LetterList);
  });

  routes.get('/count', async (context) => context.json(await (await open()).count()));

  routes.get('/:messageId', async (context) => {
    const [warnings, options] = looking(context.req.raw.signal);
    const letter = await readOneLetter(await open(), stack.name, context.req.param('messageId'), options);
    return context.json({ ...letter, warnings } satisfies LetterDescription);
  });

  routes.post('/redrive', async (context) => {
    const selected = definedIn(selection.parse(await context.req.json()));
    const queue = await open();
    return jsonLines(context, stack, (gone) =>
      dealing(AbortSignal.any([gone, signal]), (options) =>
        redriveSelected(queue, tools, selected, { ...options, rate: DEFAULT_RATE }),
      ),
    );
  });

  routes.post('/discard', async (context) => {
    const { reason, ...selected } = definedIn(discarding.parse(await context.req.json()));
    const queue = await open();
    return jsonLines(context, stack, (gone) =>
      dealing(AbortSignal.any([gone, signal]), (options) =>
        discardSelected(queue, tools, selected, { ...options, reason }),
      ),
    );
  });

  function looking(signal: AbortSignal) {
    const warnings: string[] = [];
    return [warnings, { clock, signal, warn: (sentence: string) => void warnings.push(sentence) }] as const;
  }

  /** A page that goes away stops it after the letter at hand; the others are in the queue as before. */
  function dealing(
    ended: AbortSignal,
    deal: (options: DealOptions) => Promise<Report>,
  ): AsyncGenerator<DealLine> {
    return linesOfWork(async (tell: (line: DealLine) => void): Promise<DealLine> => {
      const { sawAll, inHand } = await deal({
        clock,
        signal: ended,
        warn: (warning) => tell({ warning }),
        onOutcome: (outcome, done, total) => tell({ outcome, done, total }),
      });
      return { end: { sawAll, inHand } };
    });
  }

  return routes;
}
