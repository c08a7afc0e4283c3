//! What is found in a trace, and above all what is not: each test has a program that is wrong, or one that only looks so.

use std::cell::RefCell;
use std::fmt::Debug;
use std::rc::Rc;
use std::time::Duration;

use interleave::aio::trace::{Ending, TaskId, Trace};
use interleave::aio::{
    Aio, BoundedSemaphore, Closeable, Error, Event, Lock, LockGuard, Options, Queue, Rate, Result, ReturnWhen,
    Semaphore, Value, as_completed, blocking_sleep, call_soon, current_task, gather, shield, sleep, span, spawn,
    task_group, timeout, to_thread, wait, yield_now,
};
use interleave::host::virtual_time;
use interleave::timeline::{Diagnosis, Kind, diagnose, diagnose_at};

use crate::support::{ByHand, OnDrop, secs};

fn found<T: Debug + 'static>(main: impl Future<Output = Result<T>> + 'static) -> Vec<Diagnosis> {
    diagnose(&virtual_time::run(main).trace)
}

/// Must find nothing.
fn fine<T: Debug + 'static>(main: impl Future<Output = Result<T>> + 'static) {
    let run = virtual_time::run(main);
    let found = diagnose(&run.trace);
    assert!(found.is_empty(), "{found:#?}\n{}", run.trace);
}

/// Must find this one thing, in a text that has all these parts in this order, and at a line of this file.
fn finds<T: Debug + 'static>(main: impl Future<Output = Result<T>> + 'static, kind: Kind, parts: &[&str]) {
    let run = virtual_time::run(main);
    check(&run.trace, kind, parts);
}

fn check(trace: &Trace, kind: Kind, parts: &[&str]) {
    let found = diagnose(trace);
    let [one] = found.as_slice() else { panic!("{found:#?}\n{trace}") };
    assert_eq!(one.kind, kind, "{}", one.text);
    let mut rest = one.text.as_str();
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { panic!("no “{part}” in “{}”", one.text) };
        rest = after;
    }
    assert!(one.text.ends_with('.'), "{}", one.text);
}

async fn fails(seconds: f64) -> Result<()> {
    sleep(secs(seconds)).await?;
    Err(Error::raised("boom"))
}

async fn stubborn(seconds: f64) -> Result<()> {
    sleep(secs(seconds)).await.or(Ok(()))
}

mod never_awaited {
    use super::*;

    #[test]
    fn an_operation_that_is_created_and_dropped() {
        let forgotten = async {
            #[expect(unused_must_use, reason = "that is the mistake")]
            span("save", async { Ok(()) });
            sleep(secs(1.0)).await
        };
        finds(forgotten, Kind::NeverAwaited, &["save was never awaited", " at diagnoses.rs:", "by main at 0.00 s"]);
    }

    #[test]
    fn at_one_line_it_is_told_once_and_counted() {
        let forgotten = async {
            for _ in 0..3 {
                drop(span("save", async { Ok(()) }));
            }
            Ok(())
        };
        finds(forgotten, Kind::NeverAwaited, &["It happened 3 times in all."]);
    }

    #[test]
    fn not_what_was_awaited_or_is_a_task_or_was_begun() {
        fine(async {
            let job = |name| span(name, sleep(secs(1.0)));
            job("in place").await?;
            spawn(job("as a task")).await?;
            gather([job("gathered"), job("as well")]).await?;
            task_group(|group| async move {
                drop(group.spawn(job("in a group")));
                Ok(())
            })
            .await?;
            drop(futures::future::select(job("begun"), sleep(secs(0.5))).await);
            timeout(secs(2.0), job("limited")).await
        });
    }

    #[test]
    fn not_a_task_that_is_cancelled_before_it_runs() {
        fine(async {
            let task = spawn(span("too late", sleep(secs(1.0))));
            task.cancel();
            assert!(task.await.is_err());
            let group = task_group(|group| async move {
                drop(group.spawn(span("never runs", sleep(secs(1.0)))));
                Err::<(), _>(Error::raised("no"))
            });
            assert!(group.await.is_err());
            Ok(())
        });
    }

    #[test]
    fn not_what_a_task_leaves_that_is_taken_down() {
        fine(async {
            let prepared = || async {
                let next = span("next", async { Ok(()) });
                sleep(secs(5.0)).await?;
                next.await
            };
            let task = spawn(prepared());
            yield_now().await?;
            task.cancel();
            assert!(task.await.is_err());
            assert_eq!(timeout(secs(1.0), prepared()).await, Err(Error::TimedOut));
            let failing = spawn(async {
                let next = span("next", async { Ok(()) });
                fails(1.0).await?;
                next.await
            });
            assert!(failing.await.is_err());
            let panicking = spawn(async {
                let _next = span("next", async { Ok(()) });
                sleep(secs(1.0)).await?;
                std::panic::resume_unwind(Box::new("over"));
                #[expect(unreachable_code, reason = "it gives the future its type")]
                Ok(())
            });
            assert!(panicking.await.is_err());
            Ok(())
        });
    }

    #[test]
    fn not_what_a_stopped_run_drops() {
        let clock = Rc::new(ByHand::default());
        let (aio, _main) = Aio::start(clock.clone(), async {
            let _later = span("later", async { Ok(()) });
            sleep(secs(9.0)).await
        });
        clock.play(&aio, secs(1.0));
        aio.stop();
        assert_eq!(aio.trace(diagnose), []);
    }
}

mod deadlock {
    use super::*;

    #[test]
    fn a_circle_of_locks_is_told_as_a_circle() {
        let philosophers = async {
            let (left, right) = (Lock::new().named("left"), Lock::new().named("right"));
            let eat = |first: Lock, second: Lock| async move {
                let _first = first.acquire().await?;
                sleep(secs(1.0)).await?;
                second.acquire().await.map(drop)
            };
            let a = spawn(eat(left.clone(), right.clone())).named("A");
            let b = spawn(eat(right, left)).named("B");
            gather([a, b]).await.map(drop)
        };
        let parts = [
            "Deadlock at 1.00 s: ",
            " waits for the lock ",
            " at diagnoses.rs:",
            ", which ",
            " took at diagnoses.rs:",
            "; ",
        ];
        finds(philosophers, Kind::Deadlock, &parts);
    }

    #[test]
    fn who_waits_for_what_it_holds_itself() {
        let twice = async {
            let door = Lock::new().named("door");
            let _inside = door.acquire().await?;
            door.acquire().await.map(drop)
        };
        finds(twice, Kind::Deadlock, &["main waits for the lock door", "which it took itself at diagnoses.rs:"]);
    }

    #[test]
    fn a_task_and_its_lock_can_wait_for_each_other() {
        let circle = async {
            let lock = Lock::new().named("state");
            let _guard = lock.acquire().await?;
            spawn(async move { lock.acquire().await.map(drop) }).named("worker").await
        };
        finds(circle, Kind::Deadlock, &["main waits for worker", "worker waits for the lock state", "which main took"]);
    }

    #[test]
    fn a_consumer_without_a_producer_is_told_with_its_queue() {
        let one_marker = async {
            let jobs: Queue<Option<u32>> = Queue::new().named("jobs");
            let consumer = |jobs: Queue<Option<u32>>| async move {
                while jobs.get().await?.is_some() {
                    sleep(secs(1.0)).await?;
                }
                Ok(())
            };
            let consumers = ["A", "B"].map(|name| spawn(consumer(jobs.clone())).named(name));
            for number in 0..4 {
                jobs.put(Some(number)).await?;
                sleep(secs(0.5)).await?;
            }
            jobs.put(None).await?;
            gather(consumers).await.map(drop)
        };
        let parts = ["B waits for an item of the queue jobs", "no task is left that could put one. main will wait"];
        finds(one_marker, Kind::Deadlock, &parts);
    }

    #[test]
    fn a_lock_that_was_never_released_is_the_reason() {
        let leaked = found(async {
            let door = Lock::new().named("door");
            let visitor = door.clone();
            spawn(async move { visitor.acquire().await.map(LockGuard::forget) }).named("visitor").await?;
            door.acquire().await.map(drop)
        });
        let kinds: Vec<Kind> = leaked.iter().map(|found| found.kind).collect();
        assert_eq!(kinds, [Kind::Deadlock, Kind::NotReleased]);
        assert!(leaked[0].text.contains("which visitor took at diagnoses.rs:"), "{}", leaked[0].text);
        assert!(leaked[0].text.contains("and which was never released"), "{}", leaked[0].text);
    }

    #[test]
    fn an_event_that_nobody_sets() {
        let waits = async {
            let ready = Event::new().named("ready");
            gather([ready.wait(), ready.wait(), ready.wait()]).await.map(drop)
        };
        finds(waits, Kind::Deadlock, &["waits for the event ready", "could set it", "main will wait"]);
    }
}

mod blocked_loop {
    use super::*;

    #[test]
    fn who_blocks_whom_and_for_how_long() {
        let blocks = async {
            let heartbeat = spawn(sleep(secs(0.5))).named("heartbeat");
            sleep(secs(0.25)).await?;
            blocking_sleep(secs(1.0));
            blocking_sleep(secs(0.5));
            heartbeat.await
        };
        let parts = [
            "blocked for 1.00 s by main at diagnoses.rs:",
            "2 times in all, for 1.50 s",
            "heartbeat was ready for 1.25 s",
        ];
        finds(blocks, Kind::BlockedLoop, &parts);
    }

    #[test]
    fn also_who_is_cancelled_before_the_loop_notices_that_it_was_due() {
        let blocks = async {
            let heartbeat = spawn(sleep(secs(0.5))).named("heartbeat");
            yield_now().await?;
            blocking_sleep(secs(1.0));
            heartbeat.cancel();
            Ok(())
        };
        finds(blocks, Kind::BlockedLoop, &["blocked for 1.00 s by main at diagnoses.rs:"]);
        fine(async {
            let heartbeat = spawn(sleep(secs(1.0)));
            yield_now().await?;
            blocking_sleep(secs(1.0));
            heartbeat.cancel();
            Ok(())
        });
    }

    #[test]
    fn not_where_nobody_is_held_up() {
        fine(async {
            let other = spawn(sleep(secs(5.0)));
            blocking_sleep(secs(0.0));
            yield_now().await?;
            blocking_sleep(secs(1.0));
            to_thread(|| {
                blocking_sleep(secs(1.0));
                Ok(())
            })
            .await?;
            other.await
        });
    }

    /// A run in which a task computes for so long on the host's clock.
    fn computing(millis: u64, tasks: usize) -> Trace {
        let clock = Rc::new(ByHand::default());
        let works = clock.clone();
        let (aio, _main) = Aio::start(clock.clone(), async move {
            let work = spawn(async move {
                works.now.set(works.now.get() + Duration::from_millis(millis));
                Ok(())
            });
            let mut others: Vec<_> = (0..tasks).map(|_| spawn(yield_now())).collect();
            others.push(work.named("cruncher"));
            gather(others).await.map(drop)
        });
        clock.play(&aio, secs(1.0));
        aio.trace(Clone::clone)
    }

    #[test]
    fn computing_for_long_is_blocking() {
        check(
            &computing(60, 3),
            Kind::BlockedLoop,
            &["0.06 s by cruncher, which computed without giving the thread back"],
        );
    }

    #[test]
    fn not_computing_for_short_nor_alone_nor_among_so_many_that_it_is_not_known_who() {
        assert_eq!(diagnose(&computing(40, 3)), []);
        assert_eq!(diagnose(&computing(60, 0)), []);
        assert_eq!(diagnose(&computing(60, 100)), []);
    }

    #[test]
    fn how_long_is_read_off_the_wall() {
        let found = |millis, speed| diagnose_at(&computing(millis, 3), speed).len();
        assert_eq!((found(160, 20.0), found(1_000, 20.0)), (0, 1));
        assert_eq!((found(12, 0.25), found(13, 0.25)), (0, 1));
    }

    #[test]
    fn not_for_who_was_woken_by_the_one_who_computed() {
        let clock = Rc::new(ByHand::default());
        let works = clock.clone();
        let (aio, _main) = Aio::start(clock.clone(), async move {
            works.now.set(works.now.get() + secs(1.0));
            spawn(async { Ok(()) }).await
        });
        clock.play(&aio, secs(2.0));
        assert_eq!(aio.trace(diagnose), []);
    }
}

mod left_behind {
    use super::*;

    #[test]
    fn a_task_that_the_end_of_main_cancels() {
        let lost = async {
            drop(spawn(sleep(secs(10.0))).named("mail"));
            sleep(secs(1.0)).await
        };
        let parts = ["mail, a task created at diagnoses.rs:", "destroyed while pending", "main ended at 1.00 s"];
        finds(lost, Kind::DestroyedPending, &parts);
    }

    #[test]
    fn also_if_it_never_began() {
        let lost = async {
            for _ in 0..5 {
                drop(spawn(sleep(secs(10.0))));
            }
            Ok(())
        };
        finds(lost, Kind::DestroyedPending, &["destroyed while pending", "It happened 5 times in all."]);
    }

    #[test]
    fn not_whom_the_program_had_asked_to_stop() {
        fine(async {
            let worker = spawn(sleep(secs(10.0)));
            yield_now().await?;
            worker.cancel();
            Ok(())
        });
    }

    #[test]
    fn not_where_main_was_stopped_or_the_run_was() {
        fine(async {
            drop(spawn(sleep(secs(10.0))));
            let main = current_task().expect("a task");
            call_soon(move || {
                main.cancel();
            });
            sleep(secs(5.0)).await
        });
        let clock = Rc::new(ByHand::default());
        let (aio, _main) = Aio::start(clock.clone(), async {
            drop(spawn(sleep(secs(10.0))));
            sleep(secs(5.0)).await
        });
        clock.play(&aio, secs(1.0));
        assert_eq!(aio.trace(diagnose), [], "it goes on");
        aio.stop();
        assert_eq!(aio.trace(diagnose), []);
    }

    #[test]
    fn an_error_that_nobody_looks_at() {
        let unseen = async {
            let task = spawn(fails(0.5)).named("upload");
            sleep(secs(1.0)).await?;
            drop(task);
            Ok(())
        };
        let parts = ["upload, a task created at diagnoses.rs:", "at 0.50 s with the error “boom”", "nobody has seen"];
        finds(unseen, Kind::NeverRetrieved, &parts);
    }

    #[test]
    fn an_error_behind_a_shield_that_was_given_up() {
        let unseen = async {
            let upload = spawn(fails(0.3)).named("upload");
            assert_eq!(timeout(secs(0.1), shield(upload)).await, Err(Error::TimedOut));
            sleep(secs(0.5)).await
        };
        finds(unseen, Kind::NeverRetrieved, &["upload", "at 0.30 s with the error “boom”"]);
    }

    #[test]
    fn an_error_of_the_last_for_whom_somebody_waits() {
        let unseen = async {
            let tasks = [spawn(sleep(secs(0.1))), spawn(fails(0.5)).named("upload")];
            wait(&tasks, ReturnWhen::FirstException).await.map(drop)
        };
        finds(unseen, Kind::NeverRetrieved, &["upload"]);
    }

    #[test]
    fn a_panic_that_nobody_looks_at() {
        let unseen = async {
            drop(spawn(async {
                std::panic::resume_unwind(Box::new("over"));
                #[expect(unreachable_code, reason = "it gives the future its type")]
                Ok(())
            }));
            sleep(secs(1.0)).await
        };
        finds(unseen, Kind::NeverRetrieved, &["with the error “panicked: over”"]);
    }

    #[test]
    fn not_an_error_that_somebody_has_seen_in_whatever_way() {
        fine(async {
            assert!(spawn(fails(0.1)).await.is_err());
            assert!(gather([fails(0.1), fails(0.2)]).await.is_err());
            sleep(secs(0.5)).await?;
            assert_eq!(gather([fails(0.1), fails(0.2)]).return_exceptions().await?.len(), 2);
            for next in as_completed([fails(0.1), fails(0.2)]) {
                assert!(next.await.is_err());
            }
            let group = task_group(|group| async move {
                drop(group.spawn(fails(0.1)));
                drop(group.spawn(async {
                    sleep(secs(5.0)).await.ok();
                    fails(0.1).await
                }));
                Ok(())
            });
            assert!(group.await.is_err());
            let task = spawn(fails(0.1));
            sleep(secs(0.5)).await?;
            assert!(task.error().is_some());
            let task = spawn(fails(0.1));
            sleep(secs(0.5)).await?;
            assert!(task.result().is_some());
            let mut task = spawn(fails(0.1));
            sleep(secs(0.5)).await?;
            assert!(task.try_result().is_some());
            let dismissed = spawn(fails(0.1));
            sleep(secs(0.5)).await?;
            assert!(!dismissed.cancel());
            Ok(())
        });
    }

    #[test]
    fn a_group_hears_of_a_task_that_panics() {
        let run = virtual_time::run(async {
            task_group(|group| async move {
                drop(group.spawn(sleep(secs(9.0))));
                drop(group.spawn(async {
                    sleep(secs(1.0)).await?;
                    std::panic::resume_unwind(Box::new("over"));
                    #[expect(unreachable_code, reason = "it gives the future its type")]
                    Ok(())
                }));
                Ok(())
            })
            .await
        });
        assert_eq!(run.result, Some(Err(Error::Group(vec![Error::Panicked("over".into())]))));
        assert_eq!(run.trace.until(), secs(1.0));
        assert_eq!(diagnose(&run.trace), []);
    }

    #[test]
    fn a_task_that_awaits_itself() {
        let circle = async {
            let own = Rc::new(RefCell::new(None));
            let slot = own.clone();
            let task = spawn(async move {
                yield_now().await?;
                let own: interleave::aio::Task<()> = slot.take().expect("the handle");
                own.await.or(Ok(()))
            });
            *own.borrow_mut() = Some(task.named("snake"));
            sleep(secs(1.0)).await
        };
        finds(circle, Kind::AwaitedItself, &["snake tried to await itself at diagnoses.rs:"]);
    }

    #[test]
    fn a_task_that_runs_for_ever() {
        let clock = Rc::new(ByHand::default());
        let options = Options { turns_at_once: 100, ..Options::default() };
        let (aio, _main) = Aio::start_with(clock.clone(), options, async {
            spawn(async {
                loop {
                    yield_now().await?;
                }
                #[expect(unreachable_code, reason = "it gives the future its type")]
                Ok(())
            })
            .named("spinner")
            .await
        });
        clock.play(&aio, secs(1.0));
        assert_eq!(aio.ended(), Some(Ending::Runaway(TaskId(1))));
        aio.trace(|trace| check(trace, Kind::Runaway, &["spinner ran again and again at 0.00 s"]));
    }
}

mod swallowed_cancellation {
    use super::*;

    #[test]
    fn whoever_sees_the_request_and_returns_a_value() {
        let swallowed = async {
            let task = spawn(stubborn(5.0)).named("job");
            sleep(secs(1.0)).await?;
            task.cancel();
            task.await
        };
        let parts =
            ["job swallowed its cancellation: asked to stop at 1.00 s", " at diagnoses.rs:", "returned at 1.00 s"];
        finds(swallowed, Kind::SwallowedCancellation, &parts);
    }

    #[test]
    fn who_awaits_the_one_who_swallows_is_not_to_blame() {
        let passed_on = async {
            let inner = spawn(stubborn(5.0)).named("inner");
            let outer = spawn(async move { inner.await }).named("outer");
            sleep(secs(1.0)).await?;
            outer.cancel();
            outer.await
        };
        finds(passed_on, Kind::SwallowedCancellation, &["inner swallowed its cancellation"]);
    }

    #[test]
    fn who_awaits_one_who_obeys_and_returns_a_value_is() {
        for together in [false, true] {
            let passed_on = async move {
                let inner = [spawn(sleep(secs(5.0))), spawn(sleep(secs(5.0)))];
                let outer = spawn(async move {
                    let [a, b] = inner;
                    if together { gather([a, b]).await.map(drop).or(Ok(())) } else { a.await.or(Ok(())) }
                });
                sleep(secs(1.0)).await?;
                outer.named("outer").cancel();
                sleep(secs(9.0)).await
            };
            finds(passed_on, Kind::SwallowedCancellation, &["outer swallowed its cancellation"]);
        }
    }

    #[test]
    fn not_who_obeys_or_cleans_up_or_has_a_time_limit() {
        fine(async {
            let obeys = spawn(async {
                let result = sleep(secs(5.0)).await;
                sleep(secs(1.0)).await?;
                result
            });
            sleep(secs(1.0)).await?;
            obeys.cancel();
            assert!(obeys.await.is_err());
            let limited = spawn(async {
                match timeout(secs(1.0), sleep(secs(5.0))).await {
                    Err(Error::TimedOut) => Ok("gave up"),
                    _ => Ok("done"),
                }
            });
            limited.await
        });
    }

    #[test]
    fn not_who_takes_the_request_back() {
        fine(async {
            let task = spawn(async {
                let slept = sleep(secs(5.0)).await;
                current_task().expect("a task").uncancel();
                Ok(slept.is_err())
            });
            sleep(secs(1.0)).await?;
            task.cancel();
            task.await
        });
    }

    #[test]
    fn not_who_handles_the_cancellation_of_another() {
        fine(async {
            let other = spawn(sleep(secs(5.0)));
            yield_now().await?;
            other.cancel();
            let task = spawn(async move { Ok(other.await.is_err()) });
            assert!(task.await?);
            // Its own request ends in one that keeps it; what it handles afterwards is not its own.
            let inner = spawn(async { sleep(secs(5.0)).await.or(Err(Error::raised("stopped"))) });
            let task = spawn(async move {
                let first = inner.await;
                let second = spawn(sleep(secs(5.0)));
                yield_now().await?;
                second.cancel();
                Ok((first.is_err(), second.await.is_err()))
            });
            sleep(secs(1.0)).await?;
            task.cancel();
            task.await
        });
    }

    #[test]
    fn not_who_hears_of_another_request_later() {
        // The one that it awaits keeps the request to itself, so that only a time limit of its own arrives at its await.
        let main = async {
            let inner = spawn(stubborn(5.0)).named("inner");
            let task = spawn(async move {
                inner.await?;
                let limited = timeout(secs(1.0), sleep(secs(5.0))).await;
                Ok(limited == Err(Error::TimedOut))
            });
            sleep(secs(1.0)).await?;
            task.cancel();
            assert_eq!(task.await, Ok(true));
            Ok(())
        };
        finds(main, Kind::SwallowedCancellation, &["inner swallowed its cancellation"]);
    }

    #[test]
    fn not_who_gets_the_error_of_a_group_in_its_place() {
        fine(async {
            let task = spawn(async {
                let group = task_group(|group| async move {
                    drop(group.spawn(async { sleep(secs(5.0)).await.or(Err(Error::raised("stopped"))) }));
                    Ok(())
                });
                Ok(matches!(group.await, Err(Error::Group(_))))
            });
            sleep(secs(1.0)).await?;
            task.cancel();
            assert_eq!(task.await, Ok(true));
            // The error comes first, and the request while the group still waits for the others.
            let task = spawn(async {
                let group = task_group(|group| async move {
                    drop(group.spawn(fails(0.5)));
                    drop(group.spawn(async {
                        let result = sleep(secs(5.0)).await;
                        sleep(secs(5.0)).await.and(result)
                    }));
                    Ok(())
                });
                Ok(matches!(group.await, Err(Error::Group(_))))
            });
            sleep(secs(1.0)).await?;
            task.cancel();
            assert_eq!(task.await, Ok(true));
            Ok(())
        });
    }
}

mod holding {
    use super::*;

    #[test]
    fn a_lock_that_is_not_released() {
        let leaked = async {
            let door = Lock::new().named("door");
            door.acquire().await?.forget();
            sleep(secs(1.0)).await
        };
        finds(leaked, Kind::NotReleased, &["Never released: the lock door, taken by main at 0.00 s at diagnoses.rs:"]);
    }

    #[test]
    fn something_that_is_not_closed() {
        let leaked = async {
            let query = |connection: Closeable| async move {
                connection.open();
                fails(0.5).await?;
                connection.close();
                Ok(())
            };
            assert!(spawn(query(Closeable::new().named("database"))).named("query").await.is_err());
            Ok(())
        };
        finds(leaked, Kind::NotReleased, &["Never released: the resource database, taken by query at 0.00 s"]);
    }

    #[test]
    fn not_what_is_given_back_by_whomever() {
        fine(async {
            let (door, open) = (Lock::new(), Closeable::new());
            open.open();
            door.acquire().await?.forget();
            let other = door.clone();
            spawn(async move { other.release() }).await?;
            // A guard that goes on to somebody else, through a task that nobody looks at.
            let guard = door.acquire().await?;
            drop(spawn(async move { Ok(guard) }));
            yield_now().await?;
            assert!(!door.is_locked());
            open.close();
            Ok(())
        });
    }

    #[test]
    fn not_a_plain_semaphore_whose_places_may_be_signals() {
        fine(async {
            let done = Semaphore::new(0);
            let signal = done.clone();
            drop(spawn(async move {
                signal.release();
                Ok(())
            }));
            done.acquire().await?.forget();
            let spare = Semaphore::new(3);
            spare.release();
            spare.acquire().await?.forget();
            Ok(())
        });
    }

    #[test]
    fn what_is_released_twice() {
        let twice = async {
            let connection = Closeable::new().named("database");
            connection.open();
            connection.close();
            sleep(secs(1.0)).await?;
            connection.close();
            Ok(())
        };
        let parts = [
            "nobody held it: the resource database, by main at 1.00 s at diagnoses.rs:",
            "before that by main at 0.00 s at",
        ];
        finds(twice, Kind::ReleasedTwice, &parts);
        let lock = async {
            let door = Lock::new();
            drop(door.acquire().await?);
            door.release().or(Ok(()))
        };
        finds(lock, Kind::ReleasedTwice, &["a lock, by main", "before that by main"]);
    }

    #[test]
    fn not_a_place_that_is_on_its_way_to_another() {
        fine(async {
            let limit = BoundedSemaphore::new(1);
            limit.acquire().await?.forget();
            let places = limit.clone();
            let next = spawn(async move {
                places.acquire().await?.forget();
                Ok(())
            });
            sleep(secs(1.0)).await?;
            limit.release()?;
            // Too early, but it is free afterwards, as in asyncio.
            limit.release()?;
            next.await?;
            assert_eq!(limit.available(), 1);
            Ok(())
        });
    }

    #[test]
    fn not_a_guard_that_was_taken_before_the_run() {
        let door = Lock::new();
        let guard = door.try_acquire();
        fine(async move {
            drop(guard);
            door.acquire().await.map(drop)
        });
    }

    #[test]
    fn what_happens_outside_every_task_counts_as_well() {
        let clock = Rc::new(ByHand::default());
        let door = Lock::new();
        let inside = door.clone();
        let (aio, _main) = Aio::start(clock.clone(), async move {
            inside.acquire().await?.forget();
            sleep(secs(2.0)).await
        });
        clock.play(&aio, secs(1.0));
        door.release().expect("it is held");
        clock.play(&aio, secs(2.0));
        assert_eq!(aio.ended(), Some(Ending::Finished));
        assert_eq!(aio.trace(diagnose), []);
    }

    #[test]
    fn not_what_is_held_outside_every_task() {
        let clock = Rc::new(ByHand::default());
        let door = Lock::new();
        let inside = door.clone();
        let (aio, _main) = Aio::start(clock.clone(), async move {
            drop(inside.acquire().await?);
            sleep(secs(2.0)).await?;
            if inside.is_locked() { Ok(()) } else { inside.acquire().await.map(LockGuard::forget) }
        });
        clock.play(&aio, secs(1.0));
        let _guard = door.try_acquire();
        clock.play(&aio, secs(2.0));
        assert_eq!(aio.ended(), Some(Ending::Finished));
        assert_eq!(aio.trace(diagnose), []);
    }

    /// What a task does with a bounded semaphore of two places, as another engine might tell it.
    fn bounded(uses: &[(u32, &str)]) -> Vec<Kind> {
        let mut events = vec![r#"{"at_ns":0,"task":0,"what":"created"}"#.to_owned()];
        events.push(r#"{"at_ns":0,"task":0,"what":"running"}"#.into());
        for task in 1..=2 {
            events.push(format!(r#"{{"at_ns":0,"task":{task},"what":"created"}}"#));
        }
        for (task, how) in uses {
            let site = r#""file":"pool.rs","line":7"#;
            events.push(format!(r#"{{"at_ns":1,"task":{task},"what":{{"used":["{how}",0]}},{site}}}"#));
        }
        for task in [1, 2, 0] {
            events.push(format!(r#"{{"at_ns":2,"task":{task},"what":{{"finished":{{"returned":null}}}}}}"#));
        }
        let trace = format!(
            r#"{{"version":1,"tasks":[{{}},{{"parent":0}},{{"parent":0}}],"spans":[],"resources":[{{"kind":"bounded_semaphore","limit":2}}],"events":[{}],"ended":{{"at_ns":2,"how":"finished"}}}}"#,
            events.join(",")
        );
        let trace = Trace::from_json(&trace).expect("a trace");
        diagnose(&trace).into_iter().map(|found| found.kind).collect()
    }

    #[test]
    fn places_in_a_bounded_semaphore_are_counted() {
        let (take, give) = ("acquired", "released");
        assert_eq!(bounded(&[(1, take), (2, take), (1, give), (2, give)]), []);
        assert_eq!(bounded(&[(1, take), (2, take), (2, give), (2, give)]), [], "handed from one to the other");
        assert_eq!(bounded(&[(1, take), (2, take), (2, give)]), [Kind::NotReleased]);
        assert_eq!(bounded(&[(1, take), (1, give), (1, give)]), [Kind::ReleasedTwice]);
        assert_eq!(bounded(&[(1, take), (2, take), (0, give)]), [Kind::NotReleased], "it is not known whose");
    }
}

mod rates {
    use super::*;

    async fn requests(limit: Semaphore, rate: Rate) -> Result<()> {
        let calls = (0..20).map(move |_| {
            let (limit, rate) = (limit.clone(), rate.clone());
            async move {
                let _place = limit.acquire().await?;
                rate.count();
                sleep(secs(0.3)).await
            }
        });
        gather(calls).await.map(drop)
    }

    #[test]
    fn a_semaphore_is_no_limit_on_a_rate() {
        let rate = Rate::new(5, secs(1.0)).named("requests");
        let parts = ["The rate requests allows 5 in 1.00 s", "20 from 0.00 s on", " at 0.30 s at diagnoses.rs:"];
        finds(requests(Semaphore::new(5), rate), Kind::OverRate, &parts);
    }

    #[test]
    fn not_what_keeps_to_it_with_and_without_a_burst() {
        let every = |seconds: f64, rate: Rate, at_once: u32| async move {
            for _ in 0..at_once {
                rate.count();
            }
            for _ in 0..15 {
                sleep(secs(seconds)).await?;
                rate.count();
            }
            Ok(())
        };
        let per_second = || Rate::new(5, secs(1.0));
        fine(every(0.2, per_second(), 1));
        fine(every(0.2, per_second().with_burst(5), 5));
        finds(
            every(0.2, per_second(), 5),
            Kind::OverRate,
            &["A rate allows 5 in 1.00 s, but there were 9 from 0.00 s"],
        );
        finds(every(0.199, per_second(), 1), Kind::OverRate, &["there were 6 from"]);
    }
}

mod lost_updates {
    use super::*;

    async fn change(balance: Value<i32>, by: i32, lock: Option<Lock>) -> Result<()> {
        let _guard = match lock {
            Some(lock) => Some(lock.acquire().await?),
            None => None,
        };
        let read = balance.get();
        sleep(secs(0.1)).await?;
        balance.set(read + by);
        Ok(())
    }

    async fn account(lock: Option<Lock>) -> Result<i32> {
        let balance = Value::new(100).named("balance");
        let changes = [50, -30, 20, -40].map(|by| change(balance.clone(), by, lock.clone()));
        gather(changes).await?;
        Ok(balance.get())
    }

    #[test]
    fn reading_waiting_and_writing_loses_what_others_wrote() {
        let parts = [
            "An update of the value balance was lost: ",
            " at 0.10 s at diagnoses.rs:",
            "as read at 0.00 s, over what had been written by ",
            "3 updates were lost in all.",
        ];
        finds(account(None), Kind::LostUpdate, &parts);
    }

    #[test]
    fn not_under_a_lock_nor_at_once_nor_when_it_was_read_again() {
        fine(account(Some(Lock::new())));
        fine(async {
            let value = Value::new(1);
            let own = value.clone();
            let job = spawn(async move {
                let read = own.get();
                sleep(secs(2.0)).await?;
                own.update(|value| *value += read);
                own.set(7);
                Ok(())
            });
            sleep(secs(1.0)).await?;
            value.set(5);
            job.await
        });
    }
}

mod growing_queues {
    use super::*;

    /// A producer and a consumer at their own paces; main ends when all is put in, or all is done.
    async fn pipe(queue: Queue<u32>, produce: f64, consume: f64, until_done: bool) -> Result<()> {
        let items = queue.clone();
        let consumer = spawn(async move {
            loop {
                items.get().await?;
                sleep(secs(consume)).await?;
                items.task_done();
            }
            #[expect(unreachable_code, reason = "it gives the future its type")]
            Ok(())
        });
        for number in 0..40 {
            queue.put(number).await?;
            sleep(secs(produce)).await?;
        }
        if until_done {
            queue.join().await?;
        }
        consumer.cancel();
        Ok(())
    }

    #[test]
    fn a_producer_that_is_faster_than_its_consumer() {
        let parts =
            ["the queue jobs grew all the time", "of its 40 items", "left at the end", "put by main", "diagnoses.rs:"];
        finds(pipe(Queue::new().named("jobs"), 0.1, 0.5, false), Kind::GrowingQueue, &parts);
    }

    #[test]
    fn not_a_queue_with_a_limit_nor_one_that_is_worked_off_nor_one_whose_consumer_keeps_up() {
        fine(pipe(Queue::bounded(50), 0.1, 0.5, false));
        fine(pipe(Queue::new(), 0.1, 0.5, true));
        fine(pipe(Queue::new(), 0.1, 0.1, false));
        fine(pipe(Queue::new(), 0.0, 0.5, false));
    }

    #[test]
    fn not_one_that_is_filled_first_nor_one_that_was_shut_down() {
        fine(async {
            let queue = Queue::new();
            for number in 0..40 {
                queue.put(number).await?;
            }
            for _ in 0..10 {
                queue.get().await?;
            }
            Ok(())
        });
        fine(async {
            let queue = Queue::new();
            for number in 0..40 {
                queue.put(number).await?;
                if number % 2 == 0 {
                    queue.get().await?;
                }
            }
            queue.shut_down_now();
            Ok(())
        });
    }
}

#[test]
fn a_correct_run_that_another_run_watches_is_fine() {
    fine(async {
        let inner = virtual_time::run(async { spawn(sleep(secs(1.0))).await });
        let _on_drop = OnDrop(|| drop(spawn(async { Ok(()) })));
        assert_eq!(diagnose(&inner.trace), []);
        sleep(secs(1.0)).await
    });
}
