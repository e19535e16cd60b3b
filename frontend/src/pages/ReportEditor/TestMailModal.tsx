import { config } from '@grafana/runtime';
import { Alert, Button, Field, Input, Modal, Stack } from '@grafana/ui';
import React, { useState } from 'react';

import { toApiError } from '../../api/error';
import { sendTestMail } from '../../api/reports';
import type { ReportBody } from '../../api/types';
import { notifySuccess, notifyWarning } from '../../components/notify';
import { splitAddresses } from '../../model/reportForm';

interface Props {
  body: ReportBody;
  onClose: () => void;
}

/** Sends the report as it stands in the form to whoever tries it out; nothing is saved. */
export const TestMailModal = ({ body, onClose }: Props) => {
  const [addresses, setAddresses] = useState(config.bootData.user.email ?? '');
  const [failure, setFailure] = useState<string>();
  const [isSending, setIsSending] = useState(false);

  const send = async () => {
    setIsSending(true);
    setFailure(undefined);
    try {
      const { message, refused } = await sendTestMail({ ...body, recipients: addresses });
      if (refused && refused.length > 0) {
        notifyWarning('Not everybody got it', refused.map(({ address, reply }) => `${address}: ${reply}`).join('; '));
      } else {
        notifySuccess(message);
      }
      onClose();
    } catch (error) {
      setFailure(toApiError(error).message);
      setIsSending(false);
    }
  };

  return (
    <Modal title="Send a test mail" isOpen onDismiss={onClose}>
      <Stack direction="column" gap={2}>
        <Field noMargin label="To" description="The report as it stands here; it is not saved">
          <Input
            id="test-mail-to"
            value={addresses}
            placeholder="you@example.org"
            onChange={({ currentTarget }) => setAddresses(currentTarget.value)}
          />
        </Field>
        {failure !== undefined && (
          <Alert severity="error" title="The test mail was not sent">
            {failure}
          </Alert>
        )}
        <Modal.ButtonRow>
          <Button variant="secondary" fill="outline" onClick={onClose}>
            Close
          </Button>
          <Button
            icon={isSending ? 'spinner' : 'envelope'}
            disabled={isSending || splitAddresses(addresses).length === 0}
            onClick={() => void send()}
          >
            Send test mail
          </Button>
        </Modal.ButtonRow>
      </Stack>
    </Modal>
  );
};
