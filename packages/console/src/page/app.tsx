import { useEffect } from 'preact/hooks';
import { Route, Switch } from 'wouter-preact';
import type { Session } from '../contract/session.ts';
import { startLive } from './api/live.ts';
import { useResource } from './api/use-resource.ts';
import { Announcer } from './components/announcer.tsx';
import { Loaded } from './components/states.tsx';
import { ROUTES } from './routes.tsx';
import { SessionContext } from './session.ts';
import { Shell } from './shell.tsx';
import { NotFound } from './views/not-found.tsx';

export function App() {
  const session = useResource<Session>('/session');
  const { data } = session;
  useEffect(() => {
    if (data !== undefined) startLive();
  }, [data === undefined]);
  return (
    <>
      <Loaded resource={session}>
        {(known) => (
          <SessionContext.Provider value={known}>
            <Shell>
              <Switch>
                {ROUTES.filter(({ isLocalOnly }) => isLocalOnly !== true || known.isLocal).map(
                  ({ path, view }) => (
                    <Route key={path} path={path} component={view} />
                  ),
                )}
                <Route component={NotFound} />
              </Switch>
            </Shell>
          </SessionContext.Provider>
        )}
      </Loaded>
      <Announcer />
    </>
  );
}
