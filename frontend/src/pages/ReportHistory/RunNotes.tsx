import { Button, Stack, Text } from '@grafana/ui';
import React from 'react';

import { getRunFile } from '../../api/runs';
import type { Run, RunFile } from '../../api/types';
import { download } from '../../components/download';
import { notifyFailure } from '../../components/notify';
import { RunProgressBar } from '../../components/RunProgressBar';
import { fileSize, isUnderWay } from '../../model/runText';

/** What became of a run: its progress or its end, who got it, what is missing in it, and its files. */
export const RunNotes = ({ run }: { run: Run }) => {
  const recipients = run.recipients ?? [];
  const refused = recipients.filter(({ accepted }) => !accepted);
  const nAccepted = recipients.length - refused.length;
  return (
    <Stack direction="column" gap={0.5}>
      {isUnderWay(run) && <RunProgressBar run={run} />}
      {run.error !== '' && <Text color={run.state === 'skipped' ? 'secondary' : 'error'}>{run.error}</Text>}
      {nAccepted > 0 && (
        <Text color="secondary">{`To ${nAccepted} ${nAccepted === 1 ? 'recipient' : 'recipients'}`}</Text>
      )}
      {refused.map(({ address, reply }) => (
        <Text key={address} color="error">{`${address}: ${reply}`}</Text>
      ))}
      {(run.warnings ?? []).map(({ panelTitle, message }, idx) => (
        <Text key={idx} color="warning">
          {panelTitle ? `${panelTitle}: ${message}` : message}
        </Text>
      ))}
      <Stack gap={1} wrap="wrap">
        {(run.files ?? []).map((file, index) => (
          <FileButton key={index} runId={run.id} index={index} file={file} />
        ))}
      </Stack>
    </Stack>
  );
};

/** The very file that was sent; greyed out when it is no longer kept. */
const FileButton = ({ runId, index, file }: { runId: number; index: number; file: RunFile }) => {
  const get = async () => {
    try {
      download(await getRunFile(runId, index), file.name);
    } catch (error) {
      notifyFailure(`“${file.name}” was not downloaded`, error);
    }
  };
  return (
    <Button
      size="sm"
      variant="secondary"
      fill="outline"
      icon="download-alt"
      disabled={!file.kept}
      tooltip={file.kept ? `Download, ${fileSize(file.bytes)}` : 'No longer kept'}
      onClick={() => void get()}
    >
      {file.name}
    </Button>
  );
};
