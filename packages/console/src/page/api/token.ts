const KEY = 'console-token';

/**
 * Takes the token out of the address, where history and screenshots would keep it, and remembers it for this tab, so
 * that it can be loaded again.
 */
export function takeToken(): void {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  sessionStorage.setItem(KEY, token);
  history.replaceState(null, '', location.pathname + location.search);
}

export const authorization = (): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${sessionStorage.getItem(KEY) ?? ''}`,
});
