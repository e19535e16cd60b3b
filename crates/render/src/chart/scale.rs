//! Scales: where a value lies between two limits.

/// How values spread over a scale (`scaleDistribution`).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Distribution {
    #[default]
    Linear,
    /// `base` is 2 or 10.
    Log { base: f64 },
    /// Linear around zero up to about `linear_threshold`, logarithmic beyond.
    Symlog { base: f64, linear_threshold: f64 },
}

/// Limits in data units, `min < max`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub distribution: Distribution,
    pub min: f64,
    pub max: f64,
}

impl Scale {
    pub fn linear(min: f64, max: f64) -> Scale {
        Scale { distribution: Distribution::Linear, min, max }
    }

    /// Where `value` lies: 0 at `min`, 1 at `max`, beyond where it is outside.
    pub fn fraction(&self, value: f64) -> f64 {
        let (min, max, value) = (self.forward(self.min), self.forward(self.max), self.forward(value));
        let fraction = (value - min) / (max - min);
        // Distances of the greatest numbers have none of their own: half of them does.
        if (max - min).is_finite() && (value - min).is_finite() { fraction } else { (value / 2.0 - min / 2.0) / (max / 2.0 - min / 2.0) }
    }

    /// A tenth of the lower limit stands for what a logarithm cannot show, as in uPlot's `clampScale`.
    fn forward(&self, value: f64) -> f64 {
        match self.distribution {
            Distribution::Linear => value,
            Distribution::Log { .. } if value > 0.0 => value.log10(),
            Distribution::Log { .. } => (self.min / 10.0).log10(),
            Distribution::Symlog { linear_threshold, .. } => (value / linear_threshold).clamp(f64::MIN, f64::MAX).asinh(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions() {
        let check = |distribution, value: f64, expected: f64| {
            let scale = Scale { distribution, min: 1.0, max: 100.0 };
            assert!((scale.fraction(value) - expected).abs() < 1e-9, "{distribution:?} {value}");
        };
        check(Distribution::Linear, 50.5, 0.5);
        check(Distribution::Log { base: 10.0 }, 10.0, 0.5);
        check(Distribution::Log { base: 2.0 }, 0.0, -0.5);
        let symlog = Scale { distribution: Distribution::Symlog { base: 10.0, linear_threshold: 1.0 }, min: -10.0, max: 10.0 };
        assert!((symlog.fraction(0.0) - 0.5).abs() < 1e-12);
        assert_eq!([f64::MIN, 0.0, f64::MAX].map(|value| Scale::linear(f64::MIN, f64::MAX).fraction(value)), [0.0, 0.5, 1.0]);
    }
}
