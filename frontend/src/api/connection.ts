import type { AppPluginMeta } from '@grafana/data';

import { PLUGIN_ID } from '../constants';
import { request } from './client';
import type { Status } from './types';

const ACCOUNT = 'broadsheet';

interface Account {
  id: number;
  name: string;
}

export const getStatus = () => request<Status>('GET', '_status');

/**
 * Gives the organisation's reports an account of their own: a service account with the role Viewer, whose new token goes to the
 * plugin's secrets and to the backend, which checks it. Runs with the rights of whoever is signed in; can be repeated.
 */
export async function connectOrganisation(meta: AppPluginMeta, now: Date): Promise<{ problems: string[] }> {
  const account = await findOrCreateAccount();
  const name = `${ACCOUNT} ${now.toISOString()}`;
  const { key } = await request<{ key: string }>('POST', `/api/serviceaccounts/${account.id}/tokens`, {
    data: { name },
  });
  // First enabled, then told: Grafana passes calls on to enabled apps only.
  const { jsonData } = meta;
  const settings = { enabled: true, pinned: true, jsonData, secureJsonData: { apiToken: key } };
  await request('POST', `/api/plugins/${PLUGIN_ID}/settings`, { data: settings });
  return request<{ problems: string[] }>('POST', '_connect', { data: { token: key } });
}

async function findOrCreateAccount(): Promise<Account> {
  const found = await request<{ serviceAccounts: Account[] }>('GET', '/api/serviceaccounts/search', {
    params: { query: ACCOUNT, perpage: 100 },
  });
  const existing = found.serviceAccounts.find((account) => account.name === ACCOUNT);
  return existing ?? request<Account>('POST', '/api/serviceaccounts', { data: { name: ACCOUNT, role: 'Viewer' } });
}
