//! Numbers of the thresholds around the scale.

use grafana::{field::FieldDisplay, js, theme::Theme};
use scene::{Fonts, Group, Mark, TextStyle, kurbo::Affine};

use super::{
    Look,
    arc::on_circle,
    dimensions::{Dimensions, angle_range, ends, start_angle},
    thresholds::{formatted, is_percent, resolved},
};
use crate::drawing::{self, ink};

pub fn draw(value: &FieldDisplay, look: &Look, dimensions: &Dimensions, theme: &Theme, fonts: &Fonts) -> Vec<Mark> {
    let (min, max) = ends(value);
    let inside = |v: f64| v >= min && v <= max;
    let mut labels: Vec<(f64, String)> = (formatted(value, theme, true).iter())
        .map(|step| (resolved(value, step.value), js::number_to_string(step.value) + if is_percent(value) { "%" } else { "" }))
        .filter(|(v, _)| inside(*v))
        .collect();
    if let Some(neutral) = look.neutral.filter(|n| inside(*n) && labels.iter().all(|(v, _)| v != n)) {
        labels.push((neutral, js::number_to_string(neutral)));
    }
    let first = labels.iter().map(|(v, _)| *v).fold(f64::INFINITY, f64::min);
    let last = labels.iter().map(|(v, _)| *v).fold(f64::NEG_INFINITY, f64::max);
    let size = dimensions.labels_size;
    let (start, range) = (start_angle(look), angle_range(look));
    let radius = dimensions.labels_radius - size * 1.2;
    let mut marks = Vec::new();
    for (at, text) in labels {
        let measured = fonts.width(&text, &TextStyle::sans(size).medium());
        let own_angle = measured / (std::f64::consts::TAU * radius) * range;
        let mut angle = start + (at - min) / (max - min) * range;
        // Labels are centred on their place; those at the ends are moved off the ends.
        angle -= if look.circle { own_angle / 2.0 } else { own_angle };
        if at == first {
            angle += own_angle;
        }
        if at == last {
            angle -= if look.circle { own_angle } else { own_angle / 2.0 };
        }
        let place = on_circle(dimensions.center, radius, angle);
        let line = drawing::line(fonts, &text, &TextStyle::sans(size), 0.0, 0.0, ink(theme.text_primary));
        let transform = Affine::translate(place.to_vec2()) * Affine::rotate(angle.to_radians());
        marks.push(Mark::Group(Group { transform, marks: vec![line], ..Group::default() }));
    }
    marks
}
