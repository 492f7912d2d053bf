//! A day as `x-sunset` writes it, and its text.

/// A day of the calendar; later days are greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day {
    year: u16,
    month: u8,
    of_month: u8,
}

impl Day {
    /// Reads `2026-11-22`, also with a time of RFC 3339 behind it. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = match text.split_once(['T', 't', ' ']) {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        if time.is_some_and(|time| !time.starts_with(|c: char| c.is_ascii_digit())) {
            return None;
        }
        let mut pieces = date.split('-');
        let (year, month, day) = (pieces.next()?, pieces.next()?, pieces.next()?);
        if pieces.next().is_some() || year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Returns the day of these numbers, if there is one.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            2 => 28 + u8::from(is_leap),
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        (1..=last).contains(&day).then_some(Self {
            year,
            month,
            of_month: day,
        })
    }

    /// Returns the day that is so many days after 1970-01-01; `None` after the year 65535.
    pub fn after_epoch(days: u64) -> Option<Self> {
        // The civil calendar in eras of 400 years that begin in March, so that the leap day is the last of a year.
        let days = days.checked_add(719_468)?;
        let (era, day) = (days / 146_097, days % 146_097);
        let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day_of_month = day - (153 * month + 2) / 5 + 1;
        let month_of_year = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + u64::from(month_of_year <= 2);
        Self::new(
            u16::try_from(year).ok()?,
            u8::try_from(month_of_year).ok()?,
            u8::try_from(day_of_month).ok()?,
        )
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.of_month)
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn a_day_is_read_with_or_without_a_time_and_nothing_else_is() {
        assert_eq!(Day::parse("2026-11-22"), Day::new(2026, 11, 22));
        assert_eq!(Day::parse("2026-11-22T10:00:00Z"), Day::new(2026, 11, 22));
        for wrong in [
            "",
            "tomorrow",
            "2026-02-30",
            "2026-1-1",
            "22-11-2026",
            "2026-11-22Tx",
            "2026-13-01",
        ] {
            assert_eq!(Day::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_through_leap_years() {
        assert_eq!(Day::after_epoch(0), Day::new(1970, 1, 1));
        assert_eq!(Day::after_epoch(11_016), Day::new(2000, 2, 29));
        assert_eq!(Day::after_epoch(20_779), Day::new(2026, 11, 22));
        assert_eq!(Day::after_epoch(u64::MAX), None);
    }
}
