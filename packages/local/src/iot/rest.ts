import { AwsError, type AwsRequest } from '../aws.ts';
import { decodePath } from '../percent-encoding.ts';

/** An operation's method and path, compiled. */
export interface Route<T> {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly labels: readonly string[];
  readonly target: T;
}

/** The operation that a request is for, and the parts of its path, decoded. */
export interface RouteMatch<T> {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly target: T;
}

/** `http` is a method and a path with labels, such as `GET /things/{thingName}`; `{topic+}` may span slashes. */
export function compileRoute<T>(name: string, http: string, target: T): Route<T> {
  const [method = '', path = ''] = http.split(' ');
  const labels = [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, label = '']) => label);
  return {
    name,
    method,
    path: new RegExp(`^${path.replaceAll(/\{\w+\+\}/g, '(.+)').replaceAll(/\{\w+\}/g, '([^/]+)')}$`, 's'),
    labels,
    target,
  };
}

/** Throws `UnknownOperationException`, naming what there is, and `InvalidRequestException` for a malformed path. */
export function findRoute<T>(
  routes: readonly Route<T>[],
  { method, path }: AwsRequest,
  service: string,
): RouteMatch<T> {
  for (const route of routes) {
    const parts = route.method === method ? route.path.exec(path) : null;
    if (parts === null) continue;
    const labels = route.labels.map((label, index) => [label, decodePath(parts[index + 1] ?? '')] as const);
    return { name: route.name, labels: Object.fromEntries(labels), target: route.target };
  }
  throw new AwsError(
    'UnknownOperationException',
    `${method} ${path} does not run on the laptop; of ${service} there are ${routes.map(({ name }) => name).join(', ')}.`,
    404,
  );
}

/** The name of the operation that a request is for, where there is one. */
export function routeName(
  routes: readonly Route<unknown>[],
  { method, path }: AwsRequest,
): string | undefined {
  return routes.find((route) => route.method === method && route.path.test(path))?.name;
}
