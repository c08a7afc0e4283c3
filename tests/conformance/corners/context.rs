use interleave::aio::{ContextManager, Error, Result, print, sleep, timeout, with};

use super::{cases, none, outcome, secs, spawn};

struct Door {
    name: &'static str,
    shut: f64,
    forgives: bool,
    jams: &'static str,
}

const DOOR: Door = Door { name: "", shut: 0.1, forgives: false, jams: "" };

impl ContextManager for Door {
    type Value = &'static str;

    async fn enter(&mut self) -> Result<&'static str> {
        print(format!("{} opens", self.name));
        sleep(secs(0.5)).await?;
        if self.jams == "open" {
            return Err(Error::raised(format!("{} does not open", self.name)));
        }
        Ok(self.name)
    }

    async fn exit(&mut self, error: Option<&Error>) -> Result<bool> {
        let why = error.map_or("None".to_owned(), ToString::to_string);
        print(format!("{} is left: {why}", self.name));
        if let Err(error) = sleep(secs(self.shut)).await {
            print(format!("{} is left open", self.name));
            return Err(error);
        }
        if self.jams == "shut" {
            return Err(Error::raised(format!("{} does not shut", self.name)));
        }
        print(format!("{} is shut", self.name));
        Ok(self.forgives)
    }
}

async fn enter(door: Door, seconds: f64, fails: bool) -> Result<String> {
    let through = with(door, |name| async move {
        print(format!("inside {name}"));
        sleep(secs(seconds)).await?;
        if fails { Err(Error::raised("fell")) } else { Ok("through") }
    });
    Ok(through.await?.unwrap_or("None").to_owned())
}

async fn context_is_left_however_it_goes() -> Result<()> {
    outcome("fine", enter(Door { name: "a", ..DOOR }, 1.0, false)).await?;
    outcome("fails", enter(Door { name: "b", ..DOOR }, 1.0, true)).await?;
    outcome("forgiven", enter(Door { name: "c", forgives: true, ..DOOR }, 1.0, true)).await?;
    outcome("jammed", enter(Door { name: "d", jams: "open", ..DOOR }, 1.0, false)).await?;
    outcome("stuck", enter(Door { name: "e", jams: "shut", ..DOOR }, 1.0, false)).await?;
    outcome("stuck too", enter(Door { name: "f", jams: "shut", ..DOOR }, 1.0, true)).await?;
    Ok(())
}

async fn context_is_cancelled() -> Result<()> {
    for (name, forgives) in [("strict", false), ("mild", true)] {
        let task = spawn(enter(Door { name, forgives, ..DOOR }, 5.0, false), name);
        sleep(secs(1.0)).await?;
        task.cancel();
        outcome(name, task).await?;
    }
    Ok(())
}

async fn context_is_cancelled_on_its_way_in_and_out() -> Result<()> {
    for (name, at) in [("in", 0.25), ("out", 2.0)] {
        let task = spawn(enter(Door { name, shut: 1.0, ..DOOR }, 1.0, false), name);
        sleep(secs(at)).await?;
        task.cancel();
        outcome(name, task).await?;
    }
    Ok(())
}

async fn context_is_cancelled_twice() -> Result<()> {
    let task = spawn(enter(Door { name: "a", shut: 1.0, ..DOOR }, 1.0, false), "a");
    sleep(secs(1.0)).await?;
    task.cancel();
    sleep(secs(0.5)).await?;
    task.cancel();
    outcome("a", task).await?;
    Ok(())
}

async fn context_times_out() -> Result<()> {
    let entered = enter(Door { name: "a", shut: 2.0, ..DOOR }, 5.0, false);
    if timeout(secs(1.0), entered).await == Err(Error::TimedOut) {
        print("timed out");
    }
    Ok(())
}

async fn context_is_nested() -> Result<()> {
    let both = with(Door { name: "outer", forgives: true, ..DOOR }, |_| async {
        enter(Door { name: "inner", ..DOOR }, 1.0, true).await?;
        print("never");
        Ok(())
    });
    outcome("both", async { both.await.and_then(|_| none()) }).await?;
    Ok(())
}

cases! {
    context_is_left_however_it_goes,
    context_is_cancelled,
    context_is_cancelled_on_its_way_in_and_out,
    context_is_cancelled_twice,
    context_times_out,
    context_is_nested,
}
