//! Settles a dashboard's variables: the pure side says what to ask in each round, this asks it.

use futures_util::future::{BoxFuture, join_all};
use grafana::{
    dashboard::Dashboard,
    query::DataSource,
    variable::{Answered, LookupBody, NextStep, SettleContext, VariableLookup, Variables, next_step},
};

use crate::grafana_api::Client;

/// Chains of variables are short; a source that answers differently each time must not keep us for ever.
const MAX_ROUNDS: usize = 20;

/// The settled variables, and which kept their saved values for want of an answer.
pub async fn settle(
    client: &Client,
    dashboard: &Dashboard,
    given: &[(String, Vec<String>)],
    datasources: &[DataSource],
    base: &Variables,
) -> (Variables, Vec<String>) {
    let context = SettleContext { dashboard, given, datasources, base };
    let mut answers: Vec<Answered> = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let lookups = match next_step(&context, &answers) {
            NextStep::Done { variables, warnings } => return (*variables, warnings),
            NextStep::Ask(lookups) => lookups,
        };
        // Boxed for the same reason as in `gather::ask`.
        let asking: Vec<BoxFuture<'_, Answered>> =
            lookups.into_iter().map(|lookup| -> BoxFuture<'_, Answered> { Box::pin(ask(client, lookup)) }).collect();
        answers.extend(join_all(asking).await);
    }
    (base.clone(), vec![format!("the variables were not settled after {MAX_ROUNDS} rounds of look-ups")])
}

async fn ask(client: &Client, lookup: VariableLookup) -> Answered {
    let what = format!("look up variable {}", lookup.name);
    let answer = match &lookup.body {
        Some(LookupBody::Query(body)) => client.post_query(&lookup.path, body, &[], &what).await,
        Some(LookupBody::Text { content_type, text }) => client.post_text(&lookup.path, content_type, text, &what).await,
        None => client.get_json(&lookup.path, &what).await,
    };
    (lookup, answer.map_err(|e| e.to_string()))
}
