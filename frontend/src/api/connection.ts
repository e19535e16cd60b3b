import type { AppPluginMeta } from '@grafana/data';

import { PLUGIN_ID } from '../constants';
import { request } from './client';
import type { Status } from './types';

const ACCOUNT = 'broadsheet';

/** What the service account may do: see dashboards only, or all, and what other users may. */
export type AccountRole = 'Viewer' | 'Admin';

interface Named {
  id: number;
  name: string;
}

interface Account extends Named {
  role: string;
}

export const getStatus = () => request<Status>('GET', '_status');

/** The role of the account that is there; Viewer where there is none, as less is safer. */
export const getAccountRole = async (): Promise<AccountRole> =>
  (await findAccount())?.role === 'Admin' ? 'Admin' : 'Viewer';

/**
 * Gives the organisation's reports an account of their own: a service account, whose new token goes to the plugin's secrets and to
 * the backend, which checks it. Runs with the rights of whoever is signed in; can be repeated: the new token then takes the place of
 * the old ones, which are deleted once it works.
 */
export async function connectOrganisation(
  meta: AppPluginMeta,
  role: AccountRole,
  now: Date
): Promise<{ problems: string[] }> {
  const account = await findOrCreateAccount(role);
  const name = `${ACCOUNT} ${now.toISOString()}`;
  const tokens = `/api/serviceaccounts/${account.id}/tokens`;
  const { id, key } = await request<{ id: number; key: string }>('POST', tokens, { data: { name } });
  // First enabled, then told: Grafana passes calls on to enabled apps only.
  await saveToken(meta, key);
  const connected = await request<{ problems: string[] }>('POST', '_connect', { data: { token: key } });
  await deleteTokens(tokens, id);
  return connected;
}

/** Makes the backend and the plugin's secrets forget the token; the service account stays. */
export async function disconnectOrganisation(meta: AppPluginMeta): Promise<void> {
  await request('DELETE', '_connect');
  await saveToken(meta, '');
}

async function saveToken({ jsonData }: AppPluginMeta, apiToken: string) {
  const settings = { enabled: true, pinned: true, jsonData, secureJsonData: { apiToken } };
  await request('POST', `/api/plugins/${PLUGIN_ID}/settings`, { data: settings });
}

/** Deletes the tokens we made but the one in use. One that stays does no harm: the next time will delete it. */
async function deleteTokens(tokens: string, except: number) {
  try {
    const all = await request<Named[]>('GET', tokens);
    const old = all.filter(({ id, name }) => id !== except && name.startsWith(`${ACCOUNT} `));
    await Promise.all(old.map(({ id }) => request('DELETE', `${tokens}/${id}`)));
  } catch {
    // Connected all the same.
  }
}

async function findAccount(): Promise<Account | undefined> {
  const found = await request<{ serviceAccounts: Account[] }>('GET', '/api/serviceaccounts/search', {
    params: { query: ACCOUNT, perpage: 100 },
  });
  return found.serviceAccounts.find((account) => account.name === ACCOUNT);
}

async function findOrCreateAccount(role: AccountRole): Promise<Named> {
  const account = await findAccount();
  if (!account) {
    return request<Named>('POST', '/api/serviceaccounts', { data: { name: ACCOUNT, role } });
  }
  // Somebody may have made it an Editor, which is no administrator either.
  if ((account.role === 'Admin') !== (role === 'Admin')) {
    await request('PATCH', `/api/serviceaccounts/${account.id}`, { data: { role } });
  }
  return account;
}
