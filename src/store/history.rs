//! Looking back: which runs there were.

use std::collections::BTreeSet;

use rusqlite::{params_from_iter, types::Value as Sql};

use super::{
    Error, Store,
    run::{COLUMNS, Run, RunState, Trigger, find, run_from_row},
};

/// Which runs of an organisation are asked for; what is `None` does not matter.
#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    pub org_id: i64,
    pub report_id: Option<i64>,
    pub state: Option<RunState>,
    pub trigger: Option<Trigger>,
    /// Due, or begun by hand, from this moment on …
    pub from_ms: Option<i64>,
    /// … and before this one.
    pub to_ms: Option<i64>,
    /// Older than the run of this id: the next page, wherever new runs have come meanwhile.
    pub before: Option<i64>,
    pub limit: i64,
}

impl RunFilter {
    /// The newest runs of one report, or of the whole organisation.
    pub fn newest(org_id: i64, report_id: Option<i64>, limit: i64) -> RunFilter {
        RunFilter { org_id, report_id, limit, ..RunFilter::default() }
    }

    /// The condition, with its parameters in order.
    fn condition(&self) -> (String, Vec<Sql>) {
        const MOMENT: &str = "coalesce(occurrence_ms, started_ms, not_before_ms)";
        let (mut text, mut values) = ("org_id = ?".to_owned(), vec![Sql::from(self.org_id)]);
        let mut and = |condition: &str, value: Option<Sql>| {
            if let Some(value) = value {
                text += " AND ";
                text += condition;
                values.push(value);
            }
        };
        and("report_id = ?", self.report_id.map(Sql::from));
        and("state = ?", self.state.map(|state| state.as_str().to_owned().into()));
        and("trigger = ?", self.trigger.map(|trigger| trigger.as_str().to_owned().into()));
        and(&format!("{MOMENT} >= ?"), self.from_ms.map(Sql::from));
        and(&format!("{MOMENT} < ?"), self.to_ms.map(Sql::from));
        and("id < ?", self.before.map(Sql::from));
        (text, values)
    }
}

impl Store {
    /// The newest runs first.
    pub async fn runs(&self, filter: RunFilter) -> Result<Vec<Run>, Error> {
        self.call(move |connection| {
            let (condition, mut values) = filter.condition();
            values.push(filter.limit.into());
            let sql = format!("SELECT {COLUMNS} FROM runs WHERE {condition} ORDER BY id DESC LIMIT ?");
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map(params_from_iter(values), run_from_row)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
        .await
    }

    /// The ids of all runs of every organisation: files of others belong to nobody.
    pub async fn all_run_ids(&self) -> Result<BTreeSet<i64>, Error> {
        self.call(|connection| {
            let mut statement = connection.prepare("SELECT id FROM runs")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// The newest run of each report of an organisation, in no order that means anything.
    pub async fn latest_runs(&self, org_id: i64) -> Result<Vec<Run>, Error> {
        self.call(move |connection| {
            let latest = "SELECT max(id) FROM runs WHERE org_id = ?1 AND report_id IS NOT NULL GROUP BY report_id";
            let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM runs WHERE id IN ({latest})"))?;
            let rows = statement.query_map([org_id], run_from_row)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
        .await
    }

    /// A run of an organisation.
    pub async fn run(&self, org_id: i64, run_id: i64) -> Result<Option<Run>, Error> {
        self.call(move |connection| Ok(find(connection, run_id)?.filter(|run| run.org_id == org_id))).await
    }

    /// The runs of a report that made files.
    pub async fn runs_with_files(&self, report_id: i64) -> Result<Vec<i64>, Error> {
        self.call(move |connection| {
            let mut statement = connection.prepare("SELECT id FROM runs WHERE report_id = ?1 AND files <> '[]'")?;
            let rows = statement.query_map([report_id], |row| row.get(0))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// How many runs of an organisation there are in each state.
    pub async fn count_runs(&self, org_id: i64) -> Result<Vec<(RunState, i64)>, Error> {
        self.call(move |connection| {
            let mut statement = connection.prepare("SELECT state, count(*) FROM runs WHERE org_id = ?1 GROUP BY state ORDER BY state")?;
            let rows = statement.query_map([org_id], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>()?;
            Ok(rows.into_iter().filter_map(|(state, n)| Some((RunState::parse(&state)?, n))).collect())
        })
        .await
    }

    /// Drops finished rows that ended before `before_ms`. What is planned is remembered by the report, so nothing is sent again.
    pub async fn prune_runs(&self, before_ms: i64) -> Result<usize, Error> {
        self.write(move |transaction| Ok(transaction.execute("DELETE FROM runs WHERE finished_ms < ?1", [before_ms])?)).await
    }
}
