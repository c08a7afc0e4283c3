//! Links that somebody may have kept.

use interleave::scenarios::Selection;

/// One link for each version of their form and each thing that they can say, and what it means now. None is ever removed.
const KEPT: &[(&str, &str)] = &[
    ("", "scenario=gather"),
    ("scenario=gather", "scenario=gather"),
    ("scenario=gather&latency=2&speed=4", "scenario=gather&latency=2&speed=4"),
    ("scenario=semaphore&jobs=100&limit=5", "scenario=semaphore&jobs=100&limit=5"),
    ("scenario=retry&seed=7&failure-rate=40", "scenario=retry&seed=7&failure-rate=40"),
    ("scenario=timeout&predict=on", "scenario=timeout&predict=on"),
    ("scenario=hello&predict=true&speed=0.25", "scenario=hello&speed=0.25&predict=on"),
    ("v=1&scenario=semaphore&variants=semaphore,unlimited", "scenario=semaphore&variants=semaphore,unlimited"),
    ("v=1&scenario=gather&code=rust&panel=console", "scenario=gather&code=rust&panel=console"),
    ("v=1&scenario=gather&at=1.5&clock=virtual", "scenario=gather&clock=virtual&at=1.5"),
    ("scenario=gather&zoom=0.5-1.25&layers=path,loop", "scenario=gather&zoom=0.5-1.25&layers=path,loop"),
    ("scenario=semaphore&pins=defaults;limit:5", "scenario=semaphore&pins=defaults;limit:5"),
    ("v=1&scenario=semaphore&schedule=semaphore.021.fifo", "scenario=semaphore&schedule=semaphore.021.fifo"),
    ("scenario=gather&schedule=gather.2", "scenario=gather&schedule=gather.2"),
    (
        "scenario=gather&pins=latency:2&compare=gather,Gather:1",
        "scenario=gather&pins=latency:2&compare=gather,gather:1",
    ),
    ("scenario=gather&compare=on", "scenario=gather&compare=on"),
];

#[test]
fn every_link_that_was_ever_made_still_opens() {
    for (link, now) in KEPT {
        let (selection, notices) = Selection::parse(link);
        assert_eq!(notices, [""; 0], "{link}");
        assert_eq!(selection.to_query(), *now, "{link}");
    }
}
