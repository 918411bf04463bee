import { createHash, timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import { ApiError } from './api-error.ts';

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE'];
/** Several times what Step Functions takes as an input, 256 KB. */
const MAX_JSON_BYTES = 1024 * 1024;

/**
 * Nothing but what this server serves is loaded, and nobody shows it in a frame. Styles are files; what scripts set on
 * elements goes past the policy, as CSSOM does.
 */
export const headers: MiddlewareHandler = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
    trustedTypes: ["'none'"],
  },
  referrerPolicy: 'no-referrer',
  crossOriginResourcePolicy: 'same-origin',
  crossOriginOpenerPolicy: 'same-origin',
  crossOriginEmbedderPolicy: 'require-corp',
  xFrameOptions: 'DENY',
  // It is HTTP on the loopback interface, and browsers remember for all ports of a host.
  strictTransportSecurity: false,
});

/**
 * Lets only requests through that name this server: a name that somebody else's DNS points at the loopback interface
 * is not one of these, and neither is another origin. `hosts()`: as in the Host header, `127.0.0.1:4580`.
 */
export function ownRequestsOnly(hosts: () => readonly string[]): MiddlewareHandler {
  return async ({ req }, next) => {
    const host = req.header('host') ?? '';
    if (!hosts().includes(host)) {
      throw new ApiError('foreign', `This console is not at ${host}: open the link that it has printed.`);
    }
    const origin = req.header('origin');
    const site = req.header('sec-fetch-site') ?? 'same-origin';
    const isOwn =
      (origin === undefined || origin === `http://${host}`) && ['same-origin', 'none'].includes(site);
    if (!isOwn)
      throw new ApiError('foreign', 'The request comes from another site, which this console refuses.');
    await next();
  };
}

/** Lets only those in who know the link. */
export function withToken(token: string): MiddlewareHandler {
  const digestOf = (text: string) => createHash('sha256').update(text).digest();
  const expected = digestOf(`Bearer ${token}`);
  return async ({ req }, next) => {
    if (!timingSafeEqual(digestOf(req.header('authorization') ?? ''), expected)) {
      throw new ApiError(
        'token',
        'This is not the link of the console that runs: open the one it has printed.',
      );
    }
    await next();
  };
}

/** What changes something has to come from the page, which says so, and to be wanted. */
export function changesOnlyWhereAllowed(isReadOnly: boolean): MiddlewareHandler {
  return async ({ req }, next) => {
    if (!METHODS.includes(req.method)) {
      // HEAD would have Hono begin a stream that nobody ends.
      throw new ApiError('invalid', `The console takes ${METHODS.join(', ')}, not ${req.method}.`);
    }
    if (req.method !== 'GET') {
      if (req.header('origin') === undefined) {
        throw new ApiError('foreign', 'Changes are taken from the page alone: an Origin header is missing.');
      }
      if (isReadOnly) {
        throw new ApiError('readOnly', 'This console changes nothing: start it without --read-only to act.');
      }
    }
    await next();
  };
}

const limitBody = bodyLimit({
  maxSize: MAX_JSON_BYTES,
  onError: () => {
    throw new ApiError(
      'invalid',
      `The request is larger than ${MAX_JSON_BYTES} bytes, more than anything takes.`,
    );
  },
});

/** JSON is read as a whole, and so has a limit; files come under types of their own, and are read as they come. */
export const jsonWithinLimits: MiddlewareHandler = async (context, next) => {
  const [type = ''] = (context.req.header('content-type') ?? '').split(';');
  if (context.req.method === 'GET' || type.trim() !== 'application/json') return next();
  return limitBody(context, async () => {
    // Hono keeps what it has read for whoever reads it then.
    await context.req.json().catch((error: unknown) => {
      throw new ApiError('invalid', 'The request is not JSON.', { cause: error });
    });
    await next();
  });
};
