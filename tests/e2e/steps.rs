//! Clicks, keys and waits, as a command line writes them.

use std::{fmt, time::Duration};

use serde_json::Value;
use thirtyfour::{By, Key, TypingData};

use crate::{Result, Session};

/// One thing that a person does to a page, or waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Clicks, or taps, the first element that matches a CSS selector.
    Click(String),
    /// Presses keys, one after the other: names such as `Tab`, `Enter` or `Shift+Tab`, separated by spaces; anything
    /// else is typed as it is.
    Keys(String),
    /// Brings the first element that matches a CSS selector to the top of the window.
    ScrollTo(String),
    /// Runs a JavaScript statement.
    Script(String),
    /// Waits until an element matches a CSS selector.
    WaitFor(String),
    /// Waits.
    Wait(Duration),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Click(css) => write!(f, "a click on `{css}`"),
            Self::Keys(keys) => write!(f, "the keys `{keys}`"),
            Self::ScrollTo(css) => write!(f, "scrolling to `{css}`"),
            Self::Script(script) => write!(f, "the script `{script}`"),
            Self::WaitFor(css) => write!(f, "an element `{css}`"),
            Self::Wait(time) => write!(f, "{time:?}"),
        }
    }
}

impl Session {
    /// Takes one step and lets the page react to it.
    ///
    /// # Errors
    /// [`Error::TimedOut`](crate::Error::TimedOut) when there is no such element; the driver's own error when it cannot
    /// be clicked or the script throws.
    pub async fn take(&self, step: &Step) -> Result<()> {
        match step {
            Step::Click(css) => {
                self.wait_for(css).await?;
                self.find(By::Css(css.as_str())).await?.click().await?;
            }
            Step::Keys(keys) => self.press(keys).await?,
            Step::ScrollTo(css) => {
                self.wait_for(css).await?;
                let script = "document.querySelector(arguments[0]).scrollIntoView({ behavior: 'instant' })";
                self.execute(script, vec![Value::from(css.as_str())]).await?;
            }
            Step::Script(script) => {
                self.execute(script.as_str(), vec![]).await?;
            }
            Step::WaitFor(css) => return self.wait_for(css).await,
            Step::Wait(time) => {
                tokio::time::sleep(*time).await;
                return Ok(());
            }
        }
        self.settle(Duration::from_millis(60), Duration::from_millis(400)).await
    }

    /// Waits until an element matches a CSS selector.
    ///
    /// # Errors
    /// [`Error::TimedOut`](crate::Error::TimedOut) when none does in time.
    pub async fn wait_for(&self, css: &str) -> Result<()> {
        let what = format!("an element `{css}`");
        let expression = format!("document.querySelector({}) !== null", Value::from(css));
        self.wait_until(&what, &expression, self.patience()).await?;
        Ok(())
    }

    /// Presses keys, as [`Step::Keys`] writes them, on whatever has the focus.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn press(&self, keys: &str) -> Result<()> {
        for stroke in keys.split_whitespace() {
            let mut parts: Vec<&str> = stroke.split('+').collect();
            let last = parts.pop().unwrap_or(stroke);
            let held: Option<Vec<Key>> = parts.into_iter().map(key).collect();
            let mut actions = self.action_chain();
            actions = match held {
                Some(held) if !held.is_empty() && !last.is_empty() => {
                    for key in &held {
                        actions = actions.key_down(key.clone());
                    }
                    actions = actions.send_keys(typed(last));
                    for key in held {
                        actions = actions.key_up(key);
                    }
                    actions
                }
                _ => actions.send_keys(typed(stroke)),
            };
            actions.perform().await?;
        }
        Ok(())
    }
}

/// What the keyboard sends for a key's name, or for any other text.
fn typed(text: &str) -> TypingData {
    key(text).map_or_else(|| text.into(), Into::into)
}

/// The key of this name, as `KeyboardEvent.key` has it.
fn key(name: &str) -> Option<Key> {
    Some(match name {
        "Tab" => Key::Tab,
        "Enter" => Key::Enter,
        "Escape" => Key::Escape,
        "Space" => Key::Space,
        "Backspace" => Key::Backspace,
        "Delete" => Key::Delete,
        "Home" => Key::Home,
        "End" => Key::End,
        "PageUp" => Key::PageUp,
        "PageDown" => Key::PageDown,
        "ArrowLeft" => Key::Left,
        "ArrowRight" => Key::Right,
        "ArrowUp" => Key::Up,
        "ArrowDown" => Key::Down,
        "Shift" => Key::Shift,
        "Control" => Key::Control,
        "Alt" => Key::Alt,
        "Meta" => Key::Meta,
        _ => return None,
    })
}
