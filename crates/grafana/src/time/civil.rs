//! A moment taken apart in a zone, over JavaScript's whole range of years.

use super::TimeZone;

/// JavaScript's last valid time in milliseconds.
pub(super) const MAX_MS: f64 = 8.64e15;
pub(super) const DAY_MS: i64 = 86_400_000;

/// Calendar and clock in a zone. `month` 0 to 11 as in moment, `weekday` 0 Sunday.
#[derive(Clone, Debug)]
pub(super) struct Civil {
    pub year: i64,
    pub month: i64,
    pub day: i64,
    pub hour: i64,
    pub minute: i64,
    pub second: i64,
    pub milli: i64,
}

impl Civil {
    /// `None` outside JavaScript's dates. A fraction of a millisecond is cut off, as `new Date` does.
    pub fn at(at_ms: f64, zone: &TimeZone) -> Option<Civil> {
        (at_ms.is_finite() && at_ms.abs() <= MAX_MS).then(|| Civil::of_local_ms(at_ms.trunc() as i64 + zone.offset_secs(at_ms) * 1000))
    }

    /// From milliseconds on the wall clock, counted as if it were UTC.
    pub fn of_local_ms(local_ms: i64) -> Civil {
        let (days, rest) = (local_ms.div_euclid(DAY_MS), local_ms.rem_euclid(DAY_MS));
        let (year, month, day) = date_of_days(days);
        Civil { year, month, day, hour: rest / 3_600_000, minute: rest / 60_000 % 60, second: rest / 1000 % 60, milli: rest % 1000 }
    }

    /// Milliseconds on the wall clock, counted as if it were UTC.
    pub fn local_ms(&self) -> i64 {
        days_of_date(self.year, self.month, self.day) * DAY_MS
            + self.hour * 3_600_000
            + self.minute * 60_000
            + self.second * 1000
            + self.milli
    }

    /// The moment at which the zone's clocks show this. In a gap the clock is moved on, in a fold the first one counts.
    pub fn to_ms(&self, zone: &TimeZone) -> f64 {
        local_to_ms(self.local_ms(), zone)
    }

    pub fn weekday(&self) -> i64 {
        (days_of_date(self.year, self.month, self.day) + 4).rem_euclid(7)
    }

    /// 1 to 366.
    pub fn day_of_year(&self) -> i64 {
        days_of_date(self.year, self.month, self.day) - days_of_date(self.year, 0, 1) + 1
    }

    /// Goes `n` months on; the day is kept or, in a shorter month, the last one.
    pub fn add_months(&self, n: i64) -> Civil {
        let months = self.year * 12 + self.month + n;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12));
        Civil { year, month, day: self.day.min(days_in_month(year, month)), ..*self }
    }

    pub fn add_days(&self, n: i64) -> Civil {
        Civil::of_local_ms(self.local_ms() + n * DAY_MS)
    }
}

/// Wall clock to moment, see [`Civil::to_ms`].
pub(super) fn local_to_ms(local_ms: i64, zone: &TimeZone) -> f64 {
    let offset_at = |at_ms: i64| zone.offset_secs(at_ms as f64) * 1000;
    // The offsets a day before and after bracket any one change between them.
    let (before, after) = (offset_at(local_ms - DAY_MS), offset_at(local_ms + DAY_MS));
    for offset in [before.max(after), before.min(after)] {
        let at_ms = local_ms - offset;
        if offset_at(at_ms) == offset {
            return at_ms as f64;
        }
    }
    // In a gap the offset from before it holds, which moves the clock on by the gap's length.
    (local_ms - before) as f64
}

pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar; `month` from 0.
pub(super) fn days_of_date(year: i64, month: i64, day: i64) -> i64 {
    // Years are counted from March, so the leap day is a year's last.
    let year = if month < 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 10) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn date_of_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12;
    (era * 400 + year_of_era + i64::from(month < 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_agree() {
        for days in (-800_000..800_000).step_by(97) {
            let (year, month, day) = date_of_days(days);
            assert_eq!(days_of_date(year, month, day), days);
        }
        assert_eq!(date_of_days(0), (1970, 0, 1));
        assert_eq!(date_of_days(19_782), (2024, 1, 29));
    }

    #[test]
    fn gaps_and_folds() {
        let berlin = TimeZone::named("Europe/Berlin").unwrap();
        let check = |local: Civil, expected: f64| assert_eq!(local.to_ms(&berlin), expected);
        let at = |month, day, hour, minute| Civil { year: 2024, month, day, hour, minute, second: 0, milli: 0 };
        check(at(2, 31, 2, 30), 1_711_848_600_000.0); // 02:30 does not exist, 03:30 CEST
        check(at(9, 27, 2, 30), 1_729_989_000_000.0); // the first 02:30, CEST
        check(at(0, 1, 0, 0), 1_704_063_600_000.0);
    }
}
