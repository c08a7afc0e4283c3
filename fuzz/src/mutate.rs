//! Changes to a JSON text that leave it a JSON text: of those that change bytes, hardly any is still a trace.

use fastrand::Rng;
use serde_json::Value;

/// Numbers at which something tends to end.
const NUMBERS: [u64; 12] =
    [0, 1, 2, 3, 1_000, 1_000_000_000, u32::MAX as u64 - 1, u32::MAX as u64, 1 << 53, 1 << 63, u64::MAX - 1, u64::MAX];

/// Letters that mean something somewhere.
const TEXTS: [&str; 10] =
    ["", "main", "a", "<b>&amp;\"'", "]]>", "\u{0}\u{7f}", "\u{fffe}\u{ffff}", "\u{202e}", "é…", "s"];

/// The text after one to four random changes, no longer than `bytes_at_most`; none if it is no JSON, or cannot be changed so.
#[must_use]
pub fn json(text: &[u8], bytes_at_most: usize, seed: u64) -> Option<Vec<u8>> {
    let mut random = Rng::with_seed(seed);
    let mut value: Value = serde_json::from_slice(text).ok()?;
    for _ in 0..random.usize(1..=4) {
        change(&mut value, &mut random);
    }
    let text = serde_json::to_vec(&value).ok()?;
    (text.len() <= bytes_at_most).then_some(text)
}

fn change(value: &mut Value, random: &mut Rng) {
    // Copied from one place to another, things mean something new.
    let donor = descend(value, random).cloned();
    let wanted = random.usize(..8);
    for _ in 0..20 {
        let place = descend_mut(value, random);
        let done = match (wanted, place) {
            (0..=2, Value::Array(items)) if !items.is_empty() => {
                let (from, to) = (random.usize(..items.len()), random.usize(..=items.len()));
                match random.u8(..5) {
                    0 => _ = items.remove(from),
                    1 => items.insert(to, items[from].clone()),
                    2 => {
                        let last = items.len() - 1;
                        items.swap(from, to.min(last));
                    }
                    3 => {
                        let item = items.remove(from);
                        items.insert(to.min(items.len()), item);
                    }
                    _ => items.truncate(to.max(1)),
                }
                true
            }
            (3 | 4, place @ Value::Number(_)) => {
                let number = place.as_u64().unwrap_or_default();
                *place = Value::from(match random.u8(..5) {
                    0 => number.wrapping_add(1),
                    1 => number.wrapping_sub(1),
                    2 => number.saturating_mul(2),
                    3 => random.u64(..8),
                    _ => NUMBERS[random.usize(..NUMBERS.len())],
                });
                true
            }
            (5, place @ Value::String(_)) => {
                *place = Value::from(TEXTS[random.usize(..TEXTS.len())]);
                true
            }
            (6, Value::Object(fields)) => match fields.keys().nth(random.usize(..fields.len().max(1))).cloned() {
                Some(name) => fields.remove(&name).is_some(),
                None => false,
            },
            (7, place) => match &donor {
                Some(donor) => {
                    *place = donor.clone();
                    true
                }
                None => false,
            },
            _ => false,
        };
        if done {
            return;
        }
    }
}

/// A random part of a value.
fn descend<'a>(value: &'a Value, random: &mut Rng) -> Option<&'a Value> {
    let inner = match value {
        Value::Array(items) if !items.is_empty() => items.get(random.usize(..items.len())),
        Value::Object(fields) if !fields.is_empty() => fields.values().nth(random.usize(..fields.len())),
        _ => None,
    };
    match inner {
        Some(inner) if random.u8(..6) > 0 => descend(inner, random),
        _ => Some(value),
    }
}

/// The same, to be changed.
fn descend_mut<'a>(mut value: &'a mut Value, random: &mut Rng) -> &'a mut Value {
    loop {
        let inner = match value {
            Value::Array(items) => items.len(),
            Value::Object(fields) => fields.len(),
            _ => 0,
        };
        if inner == 0 || random.u8(..6) == 0 {
            return value;
        }
        let place = random.usize(..inner);
        value = match value {
            Value::Array(items) => &mut items[place],
            Value::Object(fields) => fields.values_mut().nth(place).expect("there are so many"),
            _ => unreachable!("it has something in it"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_json_is_json_and_something_else() {
        let text = br#"{"tasks":[{},{"parent":0}],"events":[{"at_ns":0,"what":"created"},{"at_ns":5}]}"#;
        let changed: Vec<Vec<u8>> = (0..200).filter_map(|seed| json(text, 500, seed)).collect();
        assert!(changed.iter().all(|text| serde_json::from_slice::<Value>(text).is_ok()));
        assert!(changed.iter().filter(|changed| **changed != text).count() > 150);
        assert_eq!(json(b"{", 500, 0), None);
    }
}
