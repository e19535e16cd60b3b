import { css } from '@emotion/css';
import { Button, Drawer, LinkButton, LoadingPlaceholder, Stack, useStyles2 } from '@grafana/ui';
import React, { useCallback, useEffect, useMemo, useState } from 'react';

import { renderCsv, renderPdf } from '../../api/reports';
import type { ReportBody } from '../../api/types';
import { download } from '../../components/download';
import { LoadFailed } from '../../components/LoadFailed';
import { notifyFailure, notifyWarning } from '../../components/notify';
import { useLoaded } from '../../components/useLoaded';

interface Props {
  body: ReportBody;
  onClose: () => void;
}

/** The PDF as it would be sent now. A frame cannot show the backend's address itself: Grafana forbids framing its answers. */
export const PreviewDrawer = ({ body, onClose }: Props) => {
  // The form stays behind the drawer: one rendering for each opening, whatever re-renders.
  const [opened] = useState(body);
  const load = useCallback(() => renderPdf(opened), [opened]);
  const { data: pdf, error, isLoading, reload } = useLoaded(load);
  const url = useObjectUrl(pdf);
  const styles = useStyles2(getStyles);
  return (
    <Drawer title="Preview" subtitle={opened.name} size="lg" scrollableContent={false} onClose={onClose}>
      {error && <LoadFailed what="the preview" error={error} onRetry={() => void reload()} />}
      {isLoading && !pdf && <LoadingPlaceholder text="Drawing the report…" />}
      {url !== undefined && (
        <div className={styles.preview}>
          <iframe className={styles.frame} title="PDF preview" src={url} />
          <Stack>
            <LinkButton icon="download-alt" variant="secondary" href={url} download={`${opened.name || 'Report'}.pdf`}>
              Download PDF
            </LinkButton>
            <Button icon="download-alt" variant="secondary" onClick={() => void downloadCsv(opened)}>
              Download CSV
            </Button>
          </Stack>
        </div>
      )}
    </Drawer>
  );
};

async function downloadCsv(body: ReportBody) {
  try {
    const zip = await renderCsv(body);
    if (zip && zip.size > 0) {
      download(zip, `${body.name || 'Report'}.zip`);
    } else {
      notifyWarning('There is nothing to download', 'No panel of the report is a table with rows');
    }
  } catch (error) {
    notifyFailure('The CSV was not downloaded', error);
  }
}

/** An address for `blob`, given back when it is no longer shown. */
function useObjectUrl(blob: Blob | undefined): string | undefined {
  const url = useMemo(() => blob && URL.createObjectURL(blob), [blob]);
  useEffect(() => () => (url === undefined ? undefined : URL.revokeObjectURL(url)), [url]);
  return url;
}

const getStyles = () => ({
  preview: css({ display: 'flex', flexDirection: 'column', gap: 8, height: '100%' }),
  frame: css({ flexGrow: 1, border: 0, width: '100%' }),
});
