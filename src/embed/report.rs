//! What an embed tells its page when a run is over.

use std::fmt::Write;
use std::time::Duration;

use crate::numbers::{fixed, plain};

/// How one variant's run came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The variant.
    pub id: &'static str,
    /// How long it takes on an ideal machine.
    pub ideal: Duration,
    /// How long it really took, and in which steps the clock moves that says so; none on the virtual clock.
    pub measured: Option<(Duration, Duration)>,
}

/// The outcomes as JSON: `{"scenario":"gather","variants":[{"id":"sequential","ideal":3,"measured":3.002,"resolution":0.001},
/// …]}`, in the order in which they are shown. Times are in seconds. A resolution stands with what was measured: times that
/// lie closer together are the same. How many times faster one is than the first is for the reader to divide.
#[must_use]
pub fn report(scenario: &str, outcomes: &[Outcome]) -> String {
    // Ids need no escaping, and numbers none either. Writing to a string cannot fail.
    let mut out = format!(r#"{{"scenario":"{scenario}","variants":["#);
    for (place, Outcome { id, ideal, measured }) in outcomes.iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let seconds = |time: &Duration| plain((time.as_secs_f64() * 1e6).round() / 1e6);
        let measured = measured.map_or_else(
            || "null".to_owned(),
            |(took, step)| format!("{},\"resolution\":{}", seconds(&took), fixed(step.as_secs_f64(), 6)),
        );
        let ideal = seconds(ideal);
        let _ = write!(out, r#"{comma}{{"id":"{id}","ideal":{ideal},"measured":{measured}}}"#);
    }
    out + "]}"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_json_in_seconds() {
        let millis = Duration::from_millis;
        let outcomes = [
            Outcome {
                id: "sequential",
                ideal: millis(3000),
                measured: Some((millis(3012), Duration::from_micros(100))),
            },
            Outcome { id: "gather", ideal: Duration::from_nanos(1_000_000_400), measured: None },
        ];
        let json: serde_json::Value = serde_json::from_str(&report("gather", &outcomes)).expect("JSON");
        assert_eq!(json["scenario"], "gather");
        assert_eq!(json["variants"][0]["measured"], 3.012);
        assert_eq!(json["variants"][0]["resolution"], 0.0001);
        assert_eq!(json["variants"][1], serde_json::json!({ "id": "gather", "ideal": 1, "measured": null }));
    }
}
