import { Stack, Text } from '@grafana/ui';
import React, { useEffect, useState } from 'react';

import { getOccurrences } from '../../../api/reports';
import { type ReportForm, toBody } from '../../../model/reportForm';
import { describeOccurrences } from '../../../model/scheduleText';

/** Typing a date should not ask for every digit. */
const QUIET_MS = 300;

/** When the schedule as it stands in the form would send: the cheapest proof against a mistaken zone or day. */
export const NextSends = ({ form }: { form: ReportForm }) => {
  const schedule = JSON.stringify(toBody(form).schedule);
  const [times, setTimes] = useState<string[]>([]);

  useEffect(() => {
    let isCurrent = true;
    const timer = setTimeout(() => {
      getOccurrences(JSON.parse(schedule)).then(
        ({ occurrences }) => isCurrent && setTimes(occurrences),
        // What is wrong with it is said when it is saved.
        () => isCurrent && setTimes([])
      );
    }, QUIET_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [schedule]);

  return (
    <div role="status" aria-label="Next sends">
      {times.length > 0 && (
        <Stack direction="column" gap={0.5}>
          <Text variant="bodySmall" weight="medium">
            {`Next sends (${form.timeZone})`}
          </Text>
          {describeOccurrences(times).map((text) => (
            <Text key={text} variant="bodySmall" color="secondary" tabular>
              {text}
            </Text>
          ))}
        </Stack>
      )}
    </div>
  );
};
