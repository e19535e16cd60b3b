import { useCallback, useEffect, useState } from 'react';

import { type ApiError, toApiError } from '../api/error';

export interface Loaded<T> {
  /** What came last; stays while it is loaded anew. */
  data?: T;
  error?: ApiError;
  isLoading: boolean;
  reload: () => Promise<void>;
}

/** Loads at first sight and whenever `load` changes: it must be stable (`useCallback`, or a function of a module). */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ data?: T; error?: ApiError; isLoading: boolean }>({ isLoading: true });

  const reload = useCallback(async () => {
    setState((last) => ({ ...last, isLoading: true }));
    try {
      setState({ data: await load(), isLoading: false });
    } catch (error) {
      setState({ error: toApiError(error), isLoading: false });
    }
  }, [load]);

  useEffect(() => {
    let isCurrent = true;
    load().then(
      (data) => isCurrent && setState({ data, isLoading: false }),
      (error) => isCurrent && setState({ error: toApiError(error), isLoading: false })
    );
    return () => {
      isCurrent = false;
    };
  }, [load]);

  return { ...state, reload };
}
