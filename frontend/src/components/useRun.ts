import { useEffect, useState } from 'react';

import { type ApiError, toApiError } from '../api/error';
import { getRun } from '../api/runs';
import type { RunDetails } from '../api/types';
import { isUnderWay } from '../model/runText';

const POLL_MS = 700;

/** A run, asked for again until it is over; `undefined` is no run yet. */
export function useRun(id: number | undefined): { run?: RunDetails; error?: ApiError } {
  const [state, setState] = useState<{ run?: RunDetails; error?: ApiError }>({});
  useEffect(() => {
    if (id === undefined) {
      return undefined;
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isCurrent = true;
    const look = async () => {
      try {
        const run = await getRun(id);
        if (isCurrent) {
          setState({ run });
          timer = isUnderWay(run) ? setTimeout(() => void look(), POLL_MS) : undefined;
        }
      } catch (error) {
        if (isCurrent) {
          setState({ error: toApiError(error) });
        }
      }
    };
    void look();
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [id]);
  return state;
}
