import { Alert, Button, Field, Modal, RadioButtonGroup, Stack, Text, TextArea } from '@grafana/ui';
import React, { useEffect, useState } from 'react';

import { toApiError } from '../../api/error';
import { startRun } from '../../api/reports';
import { cancelRun } from '../../api/runs';
import type { Report, RunDetails } from '../../api/types';
import { notifyFailure, notifySuccess } from '../../components/notify';
import { RunProgressBar } from '../../components/RunProgressBar';
import { useRun } from '../../components/useRun';
import { splitAddresses } from '../../model/reportForm';
import { isCancellable, isUnderWay } from '../../model/runText';

interface Props {
  report: Report;
  onClose: () => void;
}

type To = 'own' | 'others';

/** Sends a report now, to its recipients or to others, and shows how far that is. Closing it does not stop the run. */
export const SendModal = ({ report, onClose }: Props) => {
  const [to, setTo] = useState<To>(report.recipients === '' ? 'others' : 'own');
  const [others, setOthers] = useState('');
  // One word for this opening: a click that comes twice, or again after an error on the way, is one send.
  const [key] = useState(() => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`);
  const [runId, setRunId] = useState<number>();
  const [failure, setFailure] = useState<string>();
  const [isStarting, setIsStarting] = useState(false);
  const { run, error } = useRun(runId);

  useEffect(() => {
    if (run?.state === 'sent') {
      notifySuccess('Report was sent', report.name);
    }
  }, [run?.state, report.name]);

  const send = async () => {
    setIsStarting(true);
    setFailure(undefined);
    try {
      const emails = to === 'own' ? '' : splitAddresses(others).join(',');
      setRunId((await startRun(report.id, `${key}-${emails}`, emails)).runId);
    } catch (error) {
      setFailure(toApiError(error).message);
    }
    setIsStarting(false);
  };
  const cancel = async () => {
    try {
      await cancelRun(runId ?? 0);
    } catch (error) {
      notifyFailure('The run was not cancelled', error);
    }
  };

  const isReady = to === 'own' || splitAddresses(others).length > 0;
  return (
    <Modal title={`Send “${report.name}” now`} isOpen onDismiss={onClose}>
      <Stack direction="column" gap={2}>
        {runId === undefined ? (
          <>
            <Field noMargin label="To">
              <RadioButtonGroup
                aria-label="To"
                options={[
                  { value: 'own' as const, label: recipientsOf(report) },
                  { value: 'others' as const, label: 'Other people' },
                ]}
                disabledOptions={report.recipients === '' ? ['own'] : []}
                value={to}
                onChange={setTo}
              />
            </Field>
            {to === 'others' && (
              <Field noMargin label="Addresses" description="This one time, instead of the report's recipients">
                <TextArea
                  id="send-addresses"
                  rows={2}
                  value={others}
                  onChange={({ currentTarget }) => setOthers(currentTarget.value)}
                />
              </Field>
            )}
            {failure !== undefined && (
              <Alert severity="error" title="The report was not sent">
                {failure}
              </Alert>
            )}
          </>
        ) : (
          <Outcome run={run} error={error?.message} />
        )}
        <Modal.ButtonRow>
          {run && isUnderWay(run) && isCancellable(run) && (
            <Button variant="destructive" fill="outline" onClick={() => void cancel()}>
              Cancel run
            </Button>
          )}
          <Button variant="secondary" fill={runId === undefined ? 'outline' : 'solid'} onClick={onClose}>
            Close
          </Button>
          {runId === undefined && (
            <Button icon="envelope" disabled={isStarting || !isReady} onClick={() => void send()}>
              Send
            </Button>
          )}
        </Modal.ButtonRow>
      </Stack>
    </Modal>
  );
};

const Outcome = ({ run, error }: { run?: RunDetails; error?: string }) => {
  if (error !== undefined) {
    return (
      <Alert severity="warning" title="How the run ends is not known">
        {error}
      </Alert>
    );
  }
  if (!run || isUnderWay(run)) {
    return run ? <RunProgressBar run={run} /> : <Text color="secondary">Starting…</Text>;
  }
  const refused = (run.recipients ?? []).filter(({ accepted }) => !accepted);
  const notes = [
    ...refused.map(({ address, reply }) => `${address}: ${reply}`),
    ...(run.warnings ?? []).map(({ panelTitle, message }) => (panelTitle ? `${panelTitle}: ${message}` : message)),
  ];
  switch (run.state) {
    case 'sent':
      return (
        <Alert
          severity={notes.length > 0 ? 'warning' : 'success'}
          title={refused.length > 0 ? 'Not everybody got it' : 'Sent'}
        >
          {notes.join('; ')}
        </Alert>
      );
    case 'skipped':
      return <Alert severity="info" title={run.error} />;
    default:
      return (
        <Alert severity="error" title="The report was not sent">
          {run.error}
        </Alert>
      );
  }
};

function recipientsOf(report: Report): string {
  const [first, ...others] = report.recipients.split(',');
  if (!first) {
    return 'No recipients';
  }
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
