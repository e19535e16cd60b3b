//! `GET /reports` with filters, order and pages. Without parameters it is Grafana's: all reports in a bare array, oldest first.

use std::cmp::Ordering;

use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{HeaderName, header};
use report::{Frequency, Report, State};

use super::{ApiError, extract::Query};

const DEFAULT_PER_PAGE: usize = 50;
const MAX_PER_PAGE: usize = 1000;
const TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// What a caller wants to see of a list.
#[derive(Debug)]
pub struct ListQuery {
    /// In the name, the subject or the title of a dashboard, in any case.
    text: String,
    states: Vec<State>,
    frequencies: Vec<Frequency>,
    dashboard_uid: Option<String>,
    sort: Sort,
    is_descending: bool,
    /// Number from 1 and size; `None` is everything.
    page: Option<(usize, usize)>,
    query: Query,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Sort {
    Id,
    Name,
    State,
    Created,
    Updated,
}

impl ListQuery {
    pub fn read(query: Query) -> Result<ListQuery, ApiError> {
        let words = |key: &str| -> Vec<String> {
            let values = query.all(key);
            values.iter().flat_map(|value| value.split(',')).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let states = words("state").iter().map(|word| State::parse("state", word)).collect::<Result<_, _>>()?;
        let frequencies: Result<Vec<Option<Frequency>>, _> =
            words("frequency").iter().map(|word| Frequency::parse("frequency", word)).collect();
        let (sort, is_descending) = read_sort(query.get("sort").unwrap_or("id"))?;
        let page = read_number(&query, "page", usize::MAX)?;
        let per_page = read_number(&query, "perPage", MAX_PER_PAGE)?;
        Ok(ListQuery {
            text: query.get("query").unwrap_or_default().trim().to_lowercase(),
            states,
            frequencies: frequencies?.into_iter().flatten().collect(),
            dashboard_uid: query.get("dashboardUid").map(str::to_owned),
            sort,
            is_descending,
            page: (page.is_some() || per_page.is_some()).then(|| (page.unwrap_or(1), per_page.unwrap_or(DEFAULT_PER_PAGE))),
            query,
        })
    }

    /// The answer: the page asked for, how many there are in all, and where the other pages are.
    pub fn answer(&self, reports: Vec<Report>) -> Response {
        let mut reports: Vec<Report> = reports.into_iter().filter(|report| self.fits(report)).collect();
        reports.sort_by(|a, b| self.compare(a, b));
        let total = reports.len();
        let Some((page, per_page)) = self.page else {
            return ([(TOTAL_COUNT, total.to_string())], Json(reports)).into_response();
        };
        let on_page: Vec<Report> = reports.into_iter().skip((page - 1).saturating_mul(per_page)).take(per_page).collect();
        let headers = [(TOTAL_COUNT, total.to_string()), (header::LINK, self.links(total, page, per_page))];
        (headers, Json(on_page)).into_response()
    }

    fn fits(&self, report: &Report) -> bool {
        let has = |text: &str| text.to_lowercase().contains(&self.text);
        let has_text = self.text.is_empty()
            || has(&report.name)
            || has(&report.subject)
            || report.dashboards.iter().any(|dashboard| has(&dashboard.dashboard.name));
        has_text
            && (self.states.is_empty() || self.states.contains(&report.state))
            && (self.frequencies.is_empty() || report.schedule.frequency.is_some_and(|frequency| self.frequencies.contains(&frequency)))
            && self.dashboard_uid.as_ref().is_none_or(|uid| report.uses_dashboard(uid))
    }

    /// Equal ones stay in the order of their numbers, so that pages neither repeat nor miss one.
    fn compare(&self, a: &Report, b: &Report) -> Ordering {
        let order = match self.sort {
            Sort::Id => a.id.cmp(&b.id),
            Sort::Name => a.name.to_lowercase().cmp(&b.name.to_lowercase()),
            Sort::State => a.state.as_str().cmp(b.state.as_str()),
            Sort::Created => a.created.cmp(&b.created),
            Sort::Updated => a.updated.cmp(&b.updated),
        };
        let order = if self.is_descending { order.reverse() } else { order };
        order.then(a.id.cmp(&b.id))
    }

    /// RFC 8288, relative to the list itself: true behind every door.
    fn links(&self, total: usize, page: usize, per_page: usize) -> String {
        let last = total.div_ceil(per_page).max(1);
        let relations = [("first", Some(1)), ("prev", page.checked_sub(1)), ("next", page.checked_add(1)), ("last", Some(last))];
        let there = relations.into_iter().filter_map(|(name, number)| Some((name, number.filter(|n| (1..=last).contains(n))?)));
        let link = |(name, number): (&str, usize)| {
            let query = self.query.with(&[("page", number.to_string()), ("perPage", per_page.to_string())]);
            format!("<?{query}>; rel=\"{name}\"")
        };
        there.map(link).collect::<Vec<_>>().join(", ")
    }
}

fn read_sort(text: &str) -> Result<(Sort, bool), ApiError> {
    let (word, is_descending) = text.strip_prefix('-').map_or((text, false), |word| (word, true));
    let sort = match word {
        "id" => Sort::Id,
        "name" => Sort::Name,
        "state" => Sort::State,
        "created" => Sort::Created,
        "updated" => Sort::Updated,
        _ => {
            let message = format!("sort: expected id, name, state, created or updated, with - in front for the reverse, got {text:?}");
            return Err(ApiError::bad_request(message));
        }
    };
    Ok((sort, is_descending))
}

/// A number from 1 to `most`.
fn read_number(query: &Query, key: &str, most: usize) -> Result<Option<usize>, ApiError> {
    let Some(text) = query.get(key) else { return Ok(None) };
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    let expected = if most == usize::MAX { "from 1".into() } else { format!("from 1 to {most}") };
    number.map(Some).ok_or_else(|| ApiError::bad_request(format!("{key}: expected a number {expected}, got {text:?}")))
}
