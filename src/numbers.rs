//! Numbers as text and text as numbers.
//!
//! The standard library's float formatting and parsing are exact for every float there is, and bring 30 kB of code and
//! tables for it: a fifth of what a first visit may load. The numbers here have a few decimals and a dozen digits.

use std::ops::RangeInclusive;

/// The number with this many decimals, the last one rounded: `fixed(1.005, 1)` is `1.0`.
#[must_use]
pub fn fixed(number: f64, decimals: u32) -> String {
    let unit = 10_i64.pow(decimals);
    let scaled = (number * unit as f64).round() as i64;
    let sign = if scaled < 0 { "-" } else { "" };
    let (whole, part) = (scaled.unsigned_abs() / unit as u64, scaled.unsigned_abs() % unit as u64);
    match decimals as usize {
        0 => format!("{sign}{whole}"),
        width => format!("{sign}{whole}.{part:0width$}"),
    }
}

/// The number with at most three decimals, and no more of them than it needs: `0.25`, `2`, `1.5`.
#[must_use]
pub fn plain(number: f64) -> String {
    let text = fixed(number, 3);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The nearest number between the two ends; not a number stays so.
///
/// `f64::clamp` brings the float formatting back in, for the message of its assertion.
#[must_use]
pub fn within(number: f64, ends: &RangeInclusive<f64>) -> f64 {
    if number < *ends.start() {
        *ends.start()
    } else if number > *ends.end() {
        *ends.end()
    } else {
        number
    }
}

/// Reads a decimal number, with or without an exponent: `3`, `-0.5`, `1e3`. What is too large for a float is infinite.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match digits.split_once(['e', 'E']) {
        // An exponent of more digits than this means the same: nothing, or far too much.
        Some((digits, exponent)) => (digits, exponent.parse::<i64>().ok()?.clamp(-400, 400) as i32),
        None => (digits, 0),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.len() + part.len() == 0 || !whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = whole.bytes().chain(part.bytes()).fold(0.0, |value, byte| value * 10.0 + f64::from(byte - b'0'));
    let places = exponent - i32::try_from(part.len()).ok()?;
    // Dividing by a power of ten that a float holds exactly gives the nearest float; multiplying by its inverse does not.
    let value = if places < 0 { value / 10_f64.powi(-places) } else { value * 10_f64.powi(places) };
    let value = if value.is_nan() { 0.0 } else { value };
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_on_the_page_is_what_the_standard_library_would_write() {
        for thousandths in (-3_000..120_000).step_by(7) {
            let number = f64::from(thousandths) / 1000.0;
            assert_eq!(fixed(number, 3), format!("{number:.3}"));
            assert_eq!(plain(number), number.to_string());
        }
        assert_eq!([fixed(0.0, 0), fixed(2.5, 1), fixed(-0.001, 2), fixed(9.999, 2)], ["0", "2.5", "0.00", "10.00"]);
    }

    #[test]
    fn decimals_are_read_as_the_standard_library_reads_them() {
        for text in
            ["0", "3", "-0.5", "+2.25", "0.1", "0.3", "123456.789", "1e3", "2.5E-3", "1e999", ".5", "5.", "1e-999"]
        {
            assert_eq!(parse(text), text.parse().ok(), "{text}");
        }
        for text in ["", "-", ".", "e5", "1e", "abc", "0x10", "1 2", "NaN", "inf", "1.2.3", "٣"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
