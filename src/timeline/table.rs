//! Statistics as a small table, for people.

use std::fmt;

use super::critical_path::{Doing, Link};
use super::slack::Faster;
use super::statistics::Statistics;
use super::words::seconds;
use crate::numbers::fixed;

fn percent(share: Option<f64>) -> String {
    share.map_or("–".into(), |share| fixed(100.0 * share, 0) + " %")
}

fn doing(doing: Doing) -> &'static str {
    match doing {
        Doing::Sleep => "sleep",
        Doing::Thread => "thread",
        Doing::Outside => "outside",
        Doing::Limit => "time limit",
        Doing::Running => "running",
        Doing::Loop => "loop",
    }
}

fn answer(faster: Faster) -> &'static str {
    match faster {
        Faster::Would => "faster: would help",
        Faster::WouldNot => "faster: would not help",
        Faster::CannotTell => "faster: cannot be told",
    }
}

fn link(link: &Link) -> String {
    let (from, to) = (seconds(link.from), seconds(link.to));
    let text = format!("{from} to {to}  {}  {}", link.label, doing(link.doing));
    match &link.site {
        Some(site) => {
            let file = site.file.rsplit(['/', '\\']).next().unwrap_or_default();
            format!("{text}  @{file}:{}", site.line)
        }
        None => text,
    }
}

/// One thing a line: totals, then resources, tasks, the critical path, and what it means.
impl fmt::Display for Statistics {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (work, ready) = (&self.work, self.ready());
        writeln!(out, "makespan     {}", seconds(self.makespan))?;
        let kinds = [
            ("sleeping", work.sleeping),
            ("in threads", work.threads),
            ("outside", work.outside),
            ("running", work.running),
        ];
        let kinds = kinds.iter().filter(|(_, time)| !time.is_zero());
        let kinds: Vec<String> = kinds.map(|(kind, time)| format!(", {kind} {}", seconds(*time))).collect();
        writeln!(out, "work         {}{}", seconds(work.total()), kinds.concat())?;
        let mean = fixed(self.mean_concurrency, 2);
        writeln!(out, "in flight    at most {}, {mean} on average", self.peak_concurrency)?;
        writeln!(out, "idle         {} of the peak", percent(self.idle_share))?;
        writeln!(out, "loop idle    {} of the time", percent(self.loop_idle_share))?;
        writeln!(out, "ready        {} in all, {} at most", seconds(ready.total), seconds(ready.longest))?;
        for (resource, waiting) in &self.resources {
            let (total, longest) = (seconds(waiting.total), seconds(waiting.longest));
            writeln!(out, "waited for   {resource}: {} times, {total} in all, {longest} at most", waiting.count)?;
        }
        let width = self.tasks.iter().map(|task| task.label.chars().count()).max().unwrap_or(0);
        for task in &self.tasks {
            let (label, ready) = (&task.label, seconds(task.ready.total));
            writeln!(out, "task         {label:width$}  ready {ready}  {}", answer(task.faster))?;
        }
        for part in &self.critical_path {
            writeln!(out, "path         {}", link(part))?;
        }
        match &self.explanation {
            Some(explanation) => writeln!(out, "{explanation}"),
            None => Ok(()),
        }
    }
}
