import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { Alert, Button, LinkButton, LoadingPlaceholder, Stack, Text } from '@grafana/ui';
import React, { useState } from 'react';

import { connectOrganisation, getStatus } from '../../api/connection';
import { type ApiError, toApiError } from '../../api/error';
import type { Status } from '../../api/types';
import { notifySuccess } from '../../components/notify';
import { useLoaded } from '../../components/useLoaded';
import { paths } from '../../constants';

/** "Connect this organisation": gives reports an account they see dashboards with. */
const ConnectionPage = ({ plugin }: PluginConfigPageProps<AppPluginMeta>) => {
  const { data: status, error, isLoading, reload } = useLoaded(getStatus);
  const [isConnecting, setIsConnecting] = useState(false);
  const [failure, setFailure] = useState<ApiError>();
  const isConnected = status?.connection.connected === true;

  const connect = async () => {
    setIsConnecting(true);
    setFailure(undefined);
    try {
      await connectOrganisation(plugin.meta, new Date());
      if (!plugin.meta.enabled) {
        // Grafana's menu learns of an enabled app with the page only.
        window.location.reload();
        return;
      }
      notifySuccess('Organisation connected');
      await reload();
    } catch (error) {
      setFailure(toApiError(error));
    }
    setIsConnecting(false);
  };

  return (
    <Stack direction="column" gap={2} alignItems="flex-start" maxWidth={90}>
      <Text element="h3">Connection</Text>
      <Text color="secondary">
        Reports are drawn with what a service account of this organisation may see. Connecting creates the account
        “broadsheet” with the role Viewer and hands a token of it to the plugin. Give that account access to restricted
        folders if reports need them.
      </Text>
      {isLoading && !status && !error && <LoadingPlaceholder text="Asking the backend…" />}
      {error && plugin.meta.enabled && (
        <Alert severity="warning" title="The backend does not answer">
          {error.message}
        </Alert>
      )}
      {failure && (
        <Alert severity="error" title="Could not connect">
          {failure.message}
        </Alert>
      )}
      {status && <ConnectionState status={status} />}
      <Stack>
        <Button
          icon={isConnecting ? 'spinner' : 'plug'}
          variant={isConnected ? 'secondary' : 'primary'}
          disabled={isConnecting}
          onClick={() => void connect()}
        >
          {isConnected ? 'Connect again with a new token' : 'Connect this organisation'}
        </Button>
        {isConnected && (
          <LinkButton href={paths.list} fill="outline">
            Go to reports
          </LinkButton>
        )}
      </Stack>
      {status && <Text variant="bodySmall" color="secondary">{`Backend version ${status.version}`}</Text>}
    </Stack>
  );
};

const ConnectionState = ({ status: { connection } }: { status: Status }) => {
  if (!connection.connected) {
    return (
      <Alert severity="warning" title="This organisation is not connected">
        <Problems problems={connection.problems} />
      </Alert>
    );
  }
  return connection.problems.length === 0 ? (
    <Alert severity="success" title={`Connected as ${connection.login}`} />
  ) : (
    <Alert severity="warning" title={`Connected as ${connection.login}, with limits`}>
      <Problems problems={connection.problems} />
    </Alert>
  );
};

const Problems = ({ problems }: { problems: string[] }) => (
  <ul>
    {problems.map((problem) => (
      <li key={problem}>{problem}</li>
    ))}
  </ul>
);

export default ConnectionPage;
