//! What if this one took longer?

use std::sync::Arc;

/// Jobs whose sleeps take longer, or shorter, than their program says: whatever sleeps in a task or a [`span`](super::span()) of
/// such a name does so for so many percent of its time. The rest of the run is left to find out what comes of it.
///
/// Nothing else is changed: time limits, and calls of threads and pools, last as long as they are told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slower {
    percents: Vec<(Arc<str>, u32)>,
}

impl Slower {
    /// As long as the program says.
    pub const AS_IT_IS: u32 = 100;

    /// Sets how long, in percent, sleeps of what has this name take; at [`AS_IT_IS`](Self::AS_IT_IS) it is as if it had never
    /// been named.
    pub fn set(&mut self, name: impl Into<Arc<str>>, percent: u32) {
        let name = name.into();
        self.percents.retain(|(other, _)| *other != name);
        if percent != Self::AS_IT_IS {
            self.percents.push((name, percent));
        }
    }

    /// How long sleeps of what has this name take, in percent.
    #[must_use]
    pub fn percent(&self, name: &str) -> u32 {
        self.find(name).unwrap_or(Self::AS_IT_IS)
    }

    /// Whether everything takes as long as the program says.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.percents.is_empty()
    }

    /// How many names have a percentage.
    #[must_use]
    pub fn len(&self) -> usize {
        self.percents.len()
    }

    /// The names, in the order in which they were set, each with its percentage.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u32)> {
        self.percents.iter().map(|(name, percent)| (&**name, *percent))
    }

    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.percents.iter().find(|(other, _)| **other == *name).map(|(_, percent)| *percent)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::aio::{Options, Result, blocking_sleep, gather, sleep, span, spawn};
    use crate::host::virtual_time::run_with;

    const SECOND: Duration = Duration::from_secs(1);

    fn slower(percents: &[(&str, u32)]) -> Options {
        let mut slower = Slower::default();
        for (name, percent) in percents {
            slower.set(*name, *percent);
        }
        Options { slower, ..Options::default() }
    }

    async fn job(name: &'static str) -> Result<()> {
        span(name, async {
            sleep(SECOND).await?;
            sleep(SECOND).await
        })
        .await
    }

    fn until<T: std::fmt::Debug + 'static>(
        percents: &[(&str, u32)],
        main: impl Future<Output = Result<T>> + 'static,
    ) -> Duration {
        run_with(slower(percents), main).trace.until()
    }

    #[test]
    fn only_what_has_the_name_takes_longer() {
        let both = || async { gather([job("a"), job("b")]).await.map(drop) };
        assert_eq!(until(&[], both()), SECOND * 2);
        assert_eq!(until(&[("a", 150)], both()), SECOND * 3);
        assert_eq!(until(&[("a", 50), ("b", 75)], both()), SECOND * 3 / 2);
        let in_turn = async {
            job("a").await?;
            job("b").await?;
            sleep(SECOND).await
        };
        assert_eq!(until(&[("b", 200)], in_turn), SECOND * 7, "what comes after it is itself again");
    }

    #[test]
    fn what_is_inside_it_takes_longer_with_it() {
        let nested = async { span("page", async { gather([job("a"), job("b")]).await.map(drop) }).await };
        assert_eq!(until(&[("page", 300)], nested), SECOND * 2, "tasks of their own are not inside");
        let nested = async { span("page", job("a")).await };
        assert_eq!(until(&[("page", 300)], nested), SECOND * 6);
        let nested = async { span("page", job("a")).await };
        assert_eq!(until(&[("page", 300), ("a", 50)], nested), SECOND, "the innermost that is named counts");
    }

    #[test]
    fn tasks_and_calls_that_block_go_by_their_names_too() {
        let task = async { spawn(sleep(SECOND)).named("worker").await };
        assert_eq!(until(&[("worker", 400)], task), SECOND * 4);
        let blocks = async {
            span("work", async {
                blocking_sleep(SECOND);
                Ok(())
            })
            .await
        };
        assert_eq!(until(&[("work", 300)], blocks), SECOND * 3);
        assert_eq!(until(&[("main", 200)], async { sleep(SECOND).await }), SECOND * 2);
    }

    #[test]
    fn a_percentage_of_a_hundred_is_none() {
        let mut slower = Slower::default();
        slower.set("a", 150);
        slower.set("a", Slower::AS_IT_IS);
        assert!(slower.is_empty() && slower.percent("a") == 100);
    }
}
