// What stands in for Grafana in the end-to-end test, for the browser and for our backend alike: pages, who is signed in, service
// accounts, the plugin's files and its resources. Dashboards and data come from the sample Grafana of `broadsheet demo`.
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FRONTEND = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const ID = 'broadsheet-reports-app';

const FOLDERS = [
  ['/host/', 'host/dist'],
  [`/public/plugins/${ID}/`, 'dist'],
  ['/public/build/', 'node_modules/@grafana/ui/dist/public'],
];

const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' };

const ACTIONS = [
  'reports:read',
  'reports:create',
  'reports:write',
  'reports:delete',
  'reports:send',
  'settings:read',
  'settings:write',
].map((a) => `${ID}.${a}`);

const USERS = {
  admin: { id: 1, login: 'admin', name: 'Admin', orgRole: 'Admin' },
  viewer: { id: 2, login: 'viewer', name: 'Viewer', orgRole: 'Viewer' },
};

const basic = (login) => `Basic ${Buffer.from(`${login}:${login}`).toString('base64')}`;

/** Starts on a free loopback port. `sample` is the sample Grafana's address; the backend's is told later. */
export async function startGrafana(sample) {
  const grafana = { address: '', backend: '', settings: undefined, accounts: [], tokens: new Map() };
  const server = http.createServer((request, response) => {
    answer(grafana, sample, request, response).catch((error) => send(response, 502, { message: String(error) }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  grafana.address = `http://127.0.0.1:${server.address().port}`;
  grafana.close = () => {
    server.close();
    server.closeAllConnections();
  };
  return grafana;
}

async function answer(grafana, sample, request, response) {
  const url = new URL(request.url, grafana.address);
  const folder = FOLDERS.find(([prefix]) => url.pathname.startsWith(prefix));
  if (folder) {
    return sendFile(
      response,
      path.join(FRONTEND, folder[1], path.posix.normalize(url.pathname.slice(folder[0].length)))
    );
  }
  const user = whoIs(grafana, request);
  if (url.pathname.startsWith(`/a/${ID}`) || url.pathname === `/plugins/${ID}`) {
    return sendPage(grafana, response, user, cookies(request).theme ?? 'dark');
  }
  if (!user) {
    return send(response, 401, { message: 'Unauthorized' });
  }
  const body = await read(request);
  const resources = `/api/plugins/${ID}/resources/`;
  if (url.pathname.startsWith(resources)) {
    const target = `${grafana.backend}/${url.pathname.slice(resources.length)}${url.search}`;
    return forward(response, request, target, body, basic(user.login));
  }
  if (url.pathname === '/bootdata') {
    return send(response, 200, {
      user: { isSignedIn: true, orgId: 1, orgName: 'Main Org.', timezone: 'utc', ...user },
    });
  }
  if (url.pathname === `/api/plugins/${ID}/settings`) {
    grafana.settings = JSON.parse(body);
    return send(response, 200, { message: 'Plugin settings updated' });
  }
  if (url.pathname.startsWith('/api/serviceaccounts')) {
    return serviceAccounts(grafana, request.method, url, body, response);
  }
  return forward(response, request, `${sample}${url.pathname}${url.search}`, body, basic('admin'));
}

/** The browser is known by a cookie, our backend by what it forwards or by a service account's token. */
function whoIs(grafana, request) {
  const given = request.headers.authorization;
  if (given === undefined) {
    return USERS[cookies(request).user];
  }
  return (
    grafana.tokens.get(given.replace(/^Bearer /, '')) ??
    Object.values(USERS).find(({ login }) => given === basic(login))
  );
}

function serviceAccounts(grafana, method, url, body, response) {
  if (method === 'GET' && url.pathname === '/api/serviceaccounts/search') {
    return send(response, 200, { totalCount: grafana.accounts.length, serviceAccounts: grafana.accounts });
  }
  if (method === 'POST' && url.pathname === '/api/serviceaccounts') {
    const { name, role } = JSON.parse(body);
    const account = { id: grafana.accounts.length + 10, name, login: `sa-1-${name}`, role };
    grafana.accounts.push(account);
    return send(response, 201, account);
  }
  const changed = grafana.accounts.find(
    ({ id }) => method === 'PATCH' && url.pathname === `/api/serviceaccounts/${id}`
  );
  if (changed) {
    Object.assign(changed, JSON.parse(body));
    return send(response, 200, { message: 'Service account updated', serviceaccount: changed });
  }
  const [, id, tokenId] = /^\/api\/serviceaccounts\/(\d+)\/tokens(?:\/(\d+))?$/.exec(url.pathname) ?? [];
  const account = grafana.accounts.find((known) => String(known.id) === id);
  if (!account) {
    return send(response, 404, { message: 'Not found' });
  }
  if (method === 'POST') {
    account.nTokens = (account.nTokens ?? 0) + 1;
    const token = { id: account.nTokens, name: JSON.parse(body).name, account: account.id };
    const key = `glsa_${account.id}_${token.id}`;
    grafana.tokens.set(key, { id: 0, login: account.login, name: account.name, orgRole: account.role, token });
    return send(response, 200, { id: token.id, name: token.name, key });
  }
  const own = [...grafana.tokens].filter(([, { token }]) => token.account === account.id);
  if (method === 'DELETE') {
    own.filter(([, { token }]) => String(token.id) === tokenId).forEach(([key]) => grafana.tokens.delete(key));
    return send(response, 200, { message: 'Service account token deleted' });
  }
  return send(
    response,
    200,
    own.map(([, { token }]) => token)
  );
}

function sendPage(grafana, response, user, theme) {
  const permissions = user?.orgRole === 'Admin' ? Object.fromEntries(ACTIONS.map((action) => [action, true])) : {};
  const boot = {
    user: { isSignedIn: user !== undefined, orgId: 1, timezone: 'utc', permissions, ...user },
    settings: {},
    theme,
    pluginEnabled: grafana.settings?.enabled === true,
  };
  const json = JSON.stringify(boot).replaceAll('<', '\\u003c');
  response.writeHead(200, { 'Content-Type': 'text/html' });
  response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Reporting</title><base href="/"><style>body { margin: 0 }</style>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/host/host.css">
<script>window.__grafana_public_path__ = '/public/';</script>
<script id="boot" type="application/json">${json}</script></head><body><script src="/host/host.js"></script></body></html>`);
}

async function sendFile(response, file) {
  try {
    const content = await readFile(file);
    response.writeHead(200, { 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    response.end(content);
  } catch {
    send(response, 404, { message: 'Not found' });
  }
}

async function forward(response, request, url, body, authorization) {
  const headers = { authorization, 'content-type': request.headers['content-type'] ?? 'application/json' };
  const key = request.headers['idempotency-key'];
  if (key !== undefined) {
    headers['idempotency-key'] = key;
  }
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD' && body !== '';
  const found = await fetch(url, { method: request.method, headers, body: hasBody ? body : undefined });
  response.writeHead(found.status, {
    'Content-Type': found.headers.get('content-type') ?? 'application/json',
    'X-Frame-Options': 'deny',
  });
  response.end(Buffer.from(await found.arrayBuffer()));
}

function send(response, status, value) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(value));
}

async function read(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const cookies = (request) =>
  Object.fromEntries((request.headers.cookie ?? '').split('; ').map((pair) => pair.split('=')));
