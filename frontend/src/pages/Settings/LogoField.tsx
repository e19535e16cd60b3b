import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, Field, FileUpload, Input, Stack, useStyles2 } from '@grafana/ui';
import React, { useState } from 'react';

import { toApiError } from '../../api/error';
import { logoUrl, uploadImage } from '../../api/settings';

interface Props {
  id: string;
  label: string;
  description: string;
  /** A web address, a data URL or the name of an uploaded picture; empty: none. */
  value: string;
  isReadOnly: boolean;
  onChange: (value: string) => void;
}

/** A logo: an address to type, or a picture to upload. */
export const LogoField = ({ id, label, description, value, isReadOnly, onChange }: Props) => {
  const styles = useStyles2(getStyles);
  const [failure, setFailure] = useState<string>();

  const upload = async ({ currentTarget }: React.FormEvent<HTMLInputElement>) => {
    const file = currentTarget.files?.[0];
    if (!file) {
      return;
    }
    setFailure(undefined);
    try {
      onChange((await uploadImage(nameOf(file.name), await readDataUrl(file))).name);
    } catch (error) {
      setFailure(toApiError(error).message);
    }
  };

  return (
    <Field noMargin label={label} description={description} invalid={failure !== undefined} error={failure}>
      <Stack direction="column" gap={1} alignItems="flex-start">
        <Input
          id={id}
          value={value}
          readOnly={isReadOnly}
          placeholder="https://example.org/logo.png"
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
        {!isReadOnly && (
          <Stack gap={1}>
            <FileUpload size="sm" accept="image/png,image/jpeg,image/gif" onFileUpload={(event) => void upload(event)}>
              Upload picture
            </FileUpload>
            {value !== '' && (
              <Button size="sm" variant="secondary" fill="text" onClick={() => onChange('')}>
                Remove
              </Button>
            )}
          </Stack>
        )}
        {value !== '' && <img className={styles.logo} src={logoUrl(value)} alt={label} />}
      </Stack>
    </Field>
  );
};

/** What our images may be called. */
const nameOf = (file: string) => file.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'logo.png';

const readDataUrl = (file: File) =>
  new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(file);
  });

const getStyles = (theme: GrafanaTheme2) => ({
  logo: css({
    maxHeight: 64,
    maxWidth: 240,
    padding: theme.spacing(1),
    background: theme.colors.background.secondary,
    borderRadius: theme.shape.radius.default,
  }),
});
