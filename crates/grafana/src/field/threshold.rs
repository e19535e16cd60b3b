//! Thresholds: which step a value falls into.

use super::{Field, Threshold, ThresholdsMode};

/// The last step not above `value`; the first when all are. `None` without steps.
pub fn active_threshold(value: f64, steps: &[Threshold]) -> Option<&Threshold> {
    let mut active = steps.first()?;
    for step in steps {
        // A NaN value fails the comparison and stops at the first step, as in Grafana.
        if value >= step.value {
            active = step;
        } else {
            break;
        }
    }
    Some(active)
}

/// The active step of a field's thresholds; `percent` from 0 to 1 serves percentage thresholds.
pub fn active_threshold_for(field: &Field, value: f64, percent: f64) -> Option<&Threshold> {
    let thresholds = field.config.thresholds.as_ref()?;
    let value = match thresholds.mode {
        ThresholdsMode::Absolute => value,
        ThresholdsMode::Percentage => percent * 100.0,
    };
    active_threshold(value, &thresholds.steps)
}
