use std::fmt::Display;

use interleave::aio::{Error, Generator, Result, generator, print, sleep, timeout, yield_now};

use super::{cases, none, secs, spawn};

fn numbers(name: &'static str, count: u32, seconds: f64) -> Generator<u32> {
    generator(move |numbers| async move {
        let body = async {
            for number in 0..count {
                sleep(secs(seconds)).await?;
                print(format!("{name} gives {number}"));
                numbers.emit(number).await?;
            }
            Ok(())
        };
        let result = body.await;
        match &result {
            Err(Error::GeneratorExit) => print(format!("{name} is closed")),
            Err(Error::Cancelled(_)) => print(format!("{name} is cancelled")),
            _ => {}
        }
        sleep(secs(0.5)).await?;
        print(format!("{name} is cleaned up"));
        result
    })
}

fn stubborn() -> Generator<u32> {
    generator(|numbers| async move {
        if numbers.emit(1).await.is_err() {
            numbers.emit(2).await?;
        }
        numbers.emit(3).await
    })
}

async fn next(what: &str, generator: &Generator<impl Display>) -> Result<()> {
    match generator.next().await {
        Ok(Some(item)) => print(format!("{what}: {item}")),
        Ok(None) => print(format!("{what}: None")),
        Err(error) => {
            print(format!("{what}: {error}"));
            if error.is_cancelled() {
                return Err(error);
            }
        }
    }
    Ok(())
}

async fn close<T>(what: &str, generator: &Generator<T>) -> Result<()> {
    match generator.aclose().await {
        Ok(()) => print(format!("{what}: None")),
        Err(error) => print(format!("{what}: {error}")),
    }
    Ok(())
}

async fn generator_runs_inside_its_caller() -> Result<()> {
    let generator = numbers("a", 3, 1.0);
    while let Some(number) = generator.next().await? {
        print(format!("main has {number}"));
        sleep(secs(0.5)).await?;
    }
    print("over");
    Ok(())
}

async fn generator_is_closed() -> Result<()> {
    let generator = numbers("a", 3, 1.0);
    next("next", &generator).await?;
    close("close", &generator).await?;
    next("next", &generator).await?;
    close("close", &generator).await
}

async fn generator_is_closed_before_it_begins() -> Result<()> {
    let generator = numbers("a", 3, 1.0);
    close("close", &generator).await?;
    next("next", &generator).await
}

async fn generator_ignores_that_it_is_closed() -> Result<()> {
    let generator = stubborn();
    next("next", &generator).await?;
    close("close", &generator).await?;
    next("next", &generator).await?;
    next("next", &generator).await
}

async fn generator_is_asked_twice() -> Result<()> {
    let generator = numbers("a", 2, 1.0);
    let first = generator.clone();
    let first = spawn(async move { next("first", &first).await.and_then(|()| none()) }, "first");
    sleep(secs(0.5)).await?;
    next("second", &generator).await?;
    close("close", &generator).await?;
    first.await?;
    let closing = generator.clone();
    let closing = spawn(async move { close("closing", &closing).await.and_then(|()| none()) }, "closing");
    yield_now().await?;
    next("next", &generator).await?;
    closing.await?;
    Ok(())
}

async fn generator_fails() -> Result<()> {
    let generator = generator(|numbers| async move {
        numbers.emit(1).await?;
        sleep(secs(1.0)).await?;
        Err(Error::raised("no more"))
    });
    for _ in 0..3 {
        next("next", &generator).await?;
    }
    Ok(())
}

async fn generator_fails_when_closed() -> Result<()> {
    let generator = generator(|numbers| async move {
        if numbers.emit(1).await == Err(Error::GeneratorExit) {
            sleep(secs(1.0)).await?;
            return Err(Error::raised("stuck"));
        }
        Ok(())
    });
    next("next", &generator).await?;
    close("close", &generator).await?;
    next("next", &generator).await
}

async fn generator_caller_is_cancelled() -> Result<()> {
    let generator = numbers("a", 3, 1.0);
    let calling = {
        let generator = generator.clone();
        async move {
            while let Some(number) = generator.next().await? {
                print(format!("caller has {number}"));
            }
            none()
        }
    };
    let calling = spawn(calling, "caller");
    sleep(secs(1.5)).await?;
    calling.cancel();
    let _ = calling.await;
    next("next", &generator).await
}

async fn generator_is_limited_in_time() -> Result<()> {
    let generator = numbers("a", 3, 1.0);
    let all = async {
        while let Some(number) = generator.next().await? {
            print(format!("main has {number}"));
        }
        Ok(())
    };
    if timeout(secs(2.5), all).await == Err(Error::TimedOut) {
        print("timed out");
    }
    next("next", &generator).await
}

async fn generator_stands_in_a_limit_while_its_caller_sleeps() -> Result<()> {
    let generator = generator(|texts| async move { timeout(secs(1.0), texts.emit("in time")).await });
    next("next", &generator).await?;
    if sleep(secs(2.0)).await.is_err_and(|error| error.is_cancelled()) {
        print("cancelled");
    }
    generator.aclose().await
}

async fn generator_goes_on_after_a_cancellation() -> Result<()> {
    let generator = generator(|texts| async move {
        loop {
            let text = match sleep(secs(1.0)).await {
                Ok(()) => "in time",
                Err(_) => "cancelled",
            };
            texts.emit(text).await?;
        }
    });
    let calling = {
        let generator = generator.clone();
        async move {
            for _ in 0..3 {
                next("next", &generator).await?;
            }
            none()
        }
    };
    let calling = spawn(calling, "caller");
    sleep(secs(1.5)).await?;
    calling.cancel();
    calling.await?;
    generator.aclose().await
}

cases! {
    generator_runs_inside_its_caller,
    generator_is_closed,
    generator_is_closed_before_it_begins,
    generator_ignores_that_it_is_closed,
    generator_is_asked_twice,
    generator_fails,
    generator_fails_when_closed,
    generator_caller_is_cancelled,
    generator_is_limited_in_time,
    generator_stands_in_a_limit_while_its_caller_sleeps,
    generator_goes_on_after_a_cancellation,
}
