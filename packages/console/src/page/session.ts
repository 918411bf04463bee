import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Session } from '../contract/session.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

/** Where the console is, and who looks at it. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('There is no session around this component.');
  return session;
}
