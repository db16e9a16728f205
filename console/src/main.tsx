import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Problem, whenSignedOut } from './api/http.ts';
import { App } from './app/app.tsx';
import { queries } from './api/queries.ts';
import { forgetSession } from './app/session.tsx';
import { applyTheme } from './app/theme.ts';
import { loadLanguage } from './i18n/index.ts';
import './styles.css';

applyTheme();

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The event stream says when something is stale.
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      retry: (failures, error) => error instanceof Problem && error.body.status === 0 && failures < 3,
    },
  },
});
whenSignedOut(() => forgetSession(client));

// Asked for before anything is drawn: whoever is signed in most likely wants these.
if (/^#?\/?(machines)?$/.test(location.hash)) void client.prefetchQuery(queries.machines);
void client.prefetchQuery(queries.session);
await loadLanguage();

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
createRoot(root).render(
  <QueryClientProvider client={client}>
    <App />
  </QueryClientProvider>,
);
