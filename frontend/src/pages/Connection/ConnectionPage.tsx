import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { Alert, LoadingPlaceholder, Stack, Text } from '@grafana/ui';
import React, { useState } from 'react';

import {
  type AccountRole,
  connectOrganisation,
  disconnectOrganisation,
  getAccountRole,
  getStatus,
} from '../../api/connection';
import { type ApiError, toApiError } from '../../api/error';
import { notifySuccess } from '../../components/notify';
import { useLoaded } from '../../components/useLoaded';
import { AccountRoleField } from './AccountRoleField';
import { ConnectionButtons } from './ConnectionButtons';
import { ConnectionState } from './ConnectionState';
import { CredentialList } from './CredentialList';

/** "Connect this organisation": gives reports an account they see dashboards with. */
const ConnectionPage = ({ plugin }: PluginConfigPageProps<AppPluginMeta>) => {
  const { data: status, error, isLoading, reload } = useLoaded(getStatus);
  const account = useLoaded(getAccountRole);
  const [chosen, setChosen] = useState<AccountRole>();
  const role = chosen ?? account.data ?? 'Viewer';
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<{ title: string; error: ApiError }>();

  const perform = async (title: string, done: string, work: () => Promise<unknown>) => {
    setIsBusy(true);
    setFailure(undefined);
    try {
      await work();
      if (!plugin.meta.enabled) {
        // Grafana's menu learns of an enabled app with the page only.
        window.location.reload();
        return;
      }
      notifySuccess(done);
    } catch (error) {
      setFailure({ title, error: toApiError(error) });
    }
    await reload();
    setIsBusy(false);
  };

  const connect = () =>
    perform('Could not connect', 'Organisation connected', () => connectOrganisation(plugin.meta, role, new Date()));
  const disconnect = () =>
    perform('Could not disconnect', 'Organisation disconnected', () => disconnectOrganisation(plugin.meta));

  return (
    <Stack direction="column" gap={2} alignItems="flex-start" maxWidth={90}>
      <Text element="h3">Connection</Text>
      <Text color="secondary">
        Reports are drawn with what a service account of this organisation may see. Connecting creates the account
        “broadsheet” and hands a token of it to the plugin.
      </Text>
      {isLoading && !status && !error && <LoadingPlaceholder text="Asking the backend…" />}
      {error && plugin.meta.enabled && (
        <Alert severity="warning" title="The backend does not answer">
          {error.message}
        </Alert>
      )}
      {failure && (
        <Alert severity="error" title={failure.title}>
          {failure.error.message}
        </Alert>
      )}
      {status && <ConnectionState status={status} />}
      <AccountRoleField role={role} isConnected={status?.connection.connected === true} onChange={setChosen} />
      <ConnectionButtons
        connection={status?.connection}
        // The role of the account that is there must not be changed by mistake.
        isBusy={isBusy || (account.isLoading && chosen === undefined)}
        onConnect={() => void connect()}
        onDisconnect={() => void disconnect()}
      />
      {status && status.connection.credentials.length > 0 && (
        <CredentialList credentials={status.connection.credentials} />
      )}
      {status && <Text variant="bodySmall" color="secondary">{`Backend version ${status.version}`}</Text>}
    </Stack>
  );
};

export default ConnectionPage;
