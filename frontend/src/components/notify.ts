import { AppEvents } from '@grafana/data';
import { getAppEvents } from '@grafana/runtime';

import { toApiError } from '../api/error';

export function notifySuccess(title: string, detail = '') {
  getAppEvents().publish({ type: AppEvents.alertSuccess.name, payload: [title, detail] });
}

export function notifyWarning(title: string, detail: string) {
  getAppEvents().publish({ type: AppEvents.alertWarning.name, payload: [title, detail] });
}

export function notifyFailure(title: string, error: unknown) {
  getAppEvents().publish({ type: AppEvents.alertError.name, payload: [title, toApiError(error).message] });
}
