// A page that stands in for Grafana's: it loads the plugin's built module.js through SystemJS with the packages Grafana shares,
// and renders its root page or its configuration page. What the plugin asks of the server goes to the server.
import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as grafanaData from '@grafana/data';
import * as grafanaRuntime from '@grafana/runtime';
import * as grafanaUi from '@grafana/ui';
import * as i18next from 'i18next';
import * as lodash from 'lodash';
import * as React from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import * as ReactDOM from 'react-dom';
import { createRoot } from 'react-dom/client';
import { Router } from 'react-router-dom';
import * as reactRouter from 'react-router-dom-v5-compat';
import * as rxjs from 'rxjs';

const { CompatRouter, Route, Routes } = reactRouter;
const { AppEvents, createTheme, EventBusSrv, ThemeContext } = grafanaData;
const { Alert, GlobalStyles, PortalContainer } = grafanaUi;
const { locationService } = grafanaRuntime;

const ID = 'broadsheet-reports-app';
/** What Grafana would put into the page; written by the server for whoever is signed in. */
const boot = JSON.parse(document.getElementById('boot')?.textContent ?? '{}');

Object.assign(grafanaRuntime.config.bootData, { user: boot.user, settings: boot.settings });
grafanaRuntime.setCurrentUser(boot.user);
grafanaRuntime.setBackendSrv({ fetch: fetchObservable } as unknown as grafanaRuntime.BackendSrv);
grafanaData.setTimeZoneResolver(() => boot.user.timezone);
const events = new EventBusSrv();
grafanaRuntime.setAppEvents(events);

/** As Grafana's: parsed by `responseType`, anything but 2xx is thrown with its body. */
function fetchObservable(options: grafanaRuntime.BackendSrvRequest) {
  const query = new URLSearchParams(options.params as Record<string, string>).toString();
  return rxjs.from(
    (async () => {
      const response = await fetch(query === '' ? options.url : `${options.url}?${query}`, {
        method: options.method,
        headers: { ...options.headers, ...(options.data === undefined ? {} : { 'Content-Type': 'application/json' }) },
        body: options.data === undefined ? undefined : JSON.stringify(options.data),
      });
      const data = options.responseType === 'blob' ? await response.blob() : parsed(await response.text());
      const { status, statusText, ok, headers } = response;
      const result = { data, status, statusText, ok, headers, config: options };
      if (!ok) {
        throw result;
      }
      return result;
    })()
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Grafana's toasts. */
const Toasts = () => {
  const [toasts, setToasts] = React.useState<Array<{ severity: 'success' | 'warning' | 'error'; payload: string[] }>>(
    []
  );
  React.useEffect(() => {
    const listen = (severity: 'success' | 'warning' | 'error', event: { name: string }) => {
      const show = ({ payload }: { payload: string[] }) =>
        setToasts((last) => [...last.slice(-1), { severity, payload }]);
      events.on(event as never, ((payload: string[]) => show({ payload })) as never);
    };
    listen('success', AppEvents.alertSuccess);
    listen('warning', AppEvents.alertWarning);
    listen('error', AppEvents.alertError);
  }, []);
  return (
    <div style={{ position: 'fixed', top: 8, right: 8, width: 360, zIndex: 2000, pointerEvents: 'none' }}>
      {toasts.map(({ severity, payload: [title, detail] }, idx) => (
        <Alert
          key={idx}
          elevated
          severity={severity}
          title={title ?? ''}
          onRemove={() => setToasts((last) => last.filter((_, at) => at !== idx))}
        >
          {detail}
        </Alert>
      ))}
    </div>
  );
};

interface LoadedPlugin {
  root: React.ComponentType<unknown>;
  configPages: Array<{ body: React.ComponentType<unknown> }>;
  init: (meta: unknown) => void;
  addedLinkConfigs: Array<grafanaData.PluginExtensionAddedLinkConfig>;
}

const Page = ({ plugin, meta }: { plugin: LoadedPlugin; meta: unknown }) => {
  const Root = plugin.root;
  const Config = plugin.configPages[0]?.body ?? (() => null);
  return (
    <Routes>
      <Route path={`/a/${ID}/*`} element={<Root meta={meta} basename={`/a/${ID}`} />} />
      <Route
        path={`/plugins/${ID}`}
        element={
          <main style={{ padding: 24 }}>
            <Config plugin={{ ...plugin, meta }} query={{}} />
          </main>
        }
      />
    </Routes>
  );
};

async function main() {
  // Not before now: lodash and others would take SystemJS' `define` for a loader's.
  // @ts-expect-error no types
  await import('systemjs/dist/system.js');
  // @ts-expect-error no types
  await import('systemjs/dist/extras/amd.js');
  const shared: Record<string, object> = {
    '@emotion/css': emotionCss,
    '@emotion/react': emotionReact,
    '@grafana/data': grafanaData,
    '@grafana/runtime': grafanaRuntime,
    '@grafana/ui': grafanaUi,
    i18next,
    lodash,
    react: React,
    'react/jsx-runtime': jsxRuntime,
    'react-dom': ReactDOM,
    'react-router': reactRouter,
    rxjs,
  };
  const imports: Record<string, string> = {};
  for (const [name, module] of Object.entries(shared)) {
    System.set(`package:${name}`, { ...module, default: 'default' in module ? module.default : module });
    imports[name] = `package:${name}`;
  }
  System.addImportMap({ imports });
  const { plugin } = (await System.import(`/public/plugins/${ID}/module.js`)) as { plugin: LoadedPlugin };
  const meta = { id: ID, enabled: boot.pluginEnabled, jsonData: {}, secureJsonFields: {} };
  plugin.init(meta);
  // For the end-to-end test: links are Grafana's to show.
  Object.assign(window, { addedLinkConfigs: plugin.addedLinkConfigs });
  const theme = createTheme({ colors: { mode: boot.theme } });
  const container = document.createElement('div');
  document.body.append(container);
  createRoot(container).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Router history={locationService.getHistory()}>
        <CompatRouter>
          <Page plugin={plugin} meta={meta} />
          <Toasts />
          <PortalContainer />
        </CompatRouter>
      </Router>
    </ThemeContext.Provider>
  );
}

declare const System: {
  set: (id: string, module: object) => void;
  addImportMap: (map: { imports: Record<string, string> }) => void;
  import: (id: string) => Promise<unknown>;
};

void main();
