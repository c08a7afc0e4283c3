//! What the answer does not depend on need not hold it up.

use super::prelude::*;
use super::services::{save_user, send_mail};

const MAIL: Seconds = Seconds::new("mail", "Mail", 1.0, 0.0, 5.0);

async fn mail(to: &'static str, takes: Duration) -> Result<()> {
    span("mail", async move {
        send_mail(to, takes).await?;
        print(format!("mail sent to {to}"));
        Ok(())
    })
    .await
}

async fn sign_up_with_mail(set: Values) -> Result<()> {
    span("sign-up", async {
        save_user("Ada").await?;
        mail("Ada", set.get(MAIL)).await?;
        print("answer: 201 Created");
        Ok(())
    })
    .await
}

async fn sign_up(set: Values, background: TaskGroup) -> Result<()> {
    span("sign-up", async {
        save_user("Ada").await?;
        drop(background.spawn(mail("Ada", set.get(MAIL))));
        print("answer: 201 Created");
        Ok(())
    })
    .await
}

async fn in_background(set: Values) -> Result<()> {
    // Does not end before the mail is sent.
    task_group(|background| sign_up(set, background)).await
}

pub(super) static SCENARIO: Scenario = Scenario {
    id: "background-email",
    group: Group::Programs,
    short: "A mail in the background",
    title: "A sign-up that is answered before its mail is sent",
    watch: "Watch when the sign-up is answered, and that the mail is sent all the same.",
    params: &[MAIL.param()],
    presets: &[Preset { title: "a slow mail server", values: &[("mail", 5.0)] }],
    variants: &[
        Variant { id: "inside", title: "inside the request", main: |set| Box::pin(sign_up_with_mail(set)) },
        Variant { id: "background", title: "in the background", main: |set| Box::pin(in_background(set)) },
    ],
    compare: Compare::Durations,
    real: Real::Database,
    question: Question {
        ask: "With the mail in the background, when is the sign-up answered?",
        choices: |told| {
            let [soon, late] = ["background", "inside"].map(|variant| answer(told, variant));
            [soon, late, told.took("background") / 2].map(in_full).into()
        },
    },
    why: |told| {
        let [soon, late] = ["background", "inside"].map(|variant| in_full(answer(told, variant)));
        if told.get(MAIL).is_zero() {
            return format!("A mail that takes no time holds nobody up: both are answered at {late}.");
        }
        format!(
            "Nothing in the answer depends on the mail. Inside the request the user waits for it until {late}; as a task of \
             its own it leaves the answer at {soon}, and is sent at {} all the same. The group keeps its task until then.",
            in_full(told.printed("background", "mail sent").unwrap_or_default())
        )
    },
};

/// When a variant answered.
fn answer(told: &Told, variant: &str) -> Duration {
    told.printed(variant, "answer").unwrap_or_default()
}

/// A time with its hundredths.
fn in_full(time: Duration) -> String {
    fixed(time.as_secs_f64(), 2) + " s"
}
