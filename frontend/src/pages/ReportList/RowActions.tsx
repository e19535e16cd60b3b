import { hasPermission, locationService } from '@grafana/runtime';
import { ConfirmModal, IconButton, Stack } from '@grafana/ui';
import React, { useState } from 'react';

import { deleteReport, duplicateReport, togglePause } from '../../api/reports';
import type { Report } from '../../api/types';
import { notifyFailure, notifySuccess } from '../../components/notify';
import { actions, paths } from '../../constants';
import { lockReason } from '../../model/provisioned';
import { SendModal } from './SendModal';

interface Props {
  report: Report;
  onChanged: () => Promise<void>;
}

type Question = 'send' | 'delete';

/** What can be done with one report. Sending and deleting ask first: the one cannot be taken back, nor the other. */
export const RowActions = ({ report, onChanged }: Props) => {
  const [question, setQuestion] = useState<Question>();
  const [isBusy, setIsBusy] = useState(false);
  const isPausable = report.state === 'scheduled';

  const act = async (failure: string, action: () => Promise<void>) => {
    setIsBusy(true);
    try {
      await action();
    } catch (error) {
      notifyFailure(failure, error);
    }
    setQuestion(undefined);
    setIsBusy(false);
    await onChanged();
  };
  const duplicate = () =>
    act(`“${report.name}” was not copied`, async () => {
      const { id } = await duplicateReport(report.id);
      locationService.push(paths.edit(id));
    });
  const remove = () =>
    act(`“${report.name}” was not deleted`, async () => {
      await deleteReport(report.id);
      notifySuccess('Report deleted', report.name);
    });
  const toggle = () =>
    act(`“${report.name}” could not be ${isPausable ? 'paused' : 'resumed'}`, async () => {
      await togglePause(report.id, report.state);
    });

  const closeSending = () => {
    setQuestion(undefined);
    void onChanged();
  };

  const mayWrite = hasPermission(actions.write);
  const lock = lockReason(report);
  return (
    <Stack gap={1} justifyContent="flex-end">
      <IconButton
        name="envelope"
        tooltip="Send now"
        disabled={isBusy || !hasPermission(actions.send)}
        onClick={() => setQuestion('send')}
      />
      <IconButton
        name={isPausable ? 'pause' : 'play'}
        tooltip={lock ?? (isPausable ? 'Pause' : 'Resume')}
        disabled={isBusy || !mayWrite || lock !== undefined || report.state === 'draft'}
        onClick={toggle}
      />
      <IconButton name="history" tooltip="Runs" onClick={() => locationService.push(paths.history(report.id))} />
      <IconButton
        name={lock ? 'eye' : 'pen'}
        tooltip={lock ? 'View' : 'Edit'}
        disabled={!lock && !mayWrite}
        onClick={() => locationService.push(paths.edit(report.id))}
      />
      <IconButton
        name="copy"
        tooltip="Duplicate"
        disabled={isBusy || !hasPermission(actions.create)}
        onClick={duplicate}
      />
      <IconButton
        name="trash-alt"
        tooltip={lock ?? 'Delete'}
        disabled={isBusy || lock !== undefined || !hasPermission(actions.delete)}
        onClick={() => setQuestion('delete')}
      />
      {question === 'send' && <SendModal report={report} onClose={closeSending} />}
      <ConfirmModal
        isOpen={question === 'delete'}
        title="Delete report"
        body={`Delete “${report.name}”? It will not be sent any more.`}
        confirmText="Delete"
        onConfirm={remove}
        onDismiss={() => setQuestion(undefined)}
      />
    </Stack>
  );
};
