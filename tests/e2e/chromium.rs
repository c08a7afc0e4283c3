//! What only Chromium offers, over its `DevTools` protocol: themes, phones, whole-page pictures and the console.
//!
//! In another browser these methods fail with the driver's own error.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::{Error, Result, Session};

/// How the reader's system asks pages to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// The system's own few colours instead of the page's, as in Windows' contrast themes.
    Forced,
}

impl Theme {
    /// The name in file names and on command lines.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Forced => "forced",
        }
    }

    /// The theme of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark, Self::Forced].into_iter().find(|it| it.name() == name)
    }
}

/// The screen that a page is to believe it is on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// Width in CSS pixels.
    pub width_px: u32,
    /// Height in CSS pixels.
    pub height_px: u32,
    /// Device pixels per CSS pixel.
    pub scale: f64,
    /// Whether it is touched rather than pointed at, with a phone's way of laying out pages.
    pub mobile: bool,
}

impl Screen {
    /// A small phone: 360 by 800 pixels at twice the density.
    pub const PHONE: Self = Self { width_px: 360, height_px: 800, scale: 2.0, mobile: true };

    /// A laptop: 1280 by 800 pixels.
    pub const LAPTOP: Self = Self { width_px: 1280, height_px: 800, scale: 1.0, mobile: false };

    /// A phone up to 480 pixels of width, a screen with a mouse above.
    #[must_use]
    pub fn of_size(width_px: u32, height_px: u32) -> Self {
        let kind = if width_px <= 480 { Self::PHONE } else { Self::LAPTOP };
        Self { width_px, height_px, ..kind }
    }
}

impl Session {
    /// Sends a command of the `DevTools` protocol.
    ///
    /// # Errors
    /// When the browser is not Chromium, or refuses.
    pub async fn devtools(&self, method: &str, params: Value) -> Result<Value> {
        Ok(self.cdp().send_raw(method, params).await?)
    }

    /// Makes the page believe in a theme and, or not, in a wish for reduced motion, from now on.
    ///
    /// # Errors
    /// As for [`Session::devtools`].
    pub async fn emulate_theme(&self, theme: Theme, reduced_motion: bool) -> Result<()> {
        let scheme = if theme == Theme::Dark { "dark" } else { "light" };
        let forced = if theme == Theme::Forced { "active" } else { "none" };
        let motion = if reduced_motion { "reduce" } else { "no-preference" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "forced-colors", "value": forced },
            { "name": "prefers-reduced-motion", "value": motion },
        ]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        Ok(())
    }

    /// Makes the page believe in another screen, from now on.
    ///
    /// # Errors
    /// As for [`Session::devtools`].
    pub async fn emulate_screen(&self, screen: Screen) -> Result<()> {
        let metrics = json!({
            "width": screen.width_px,
            "height": screen.height_px,
            "deviceScaleFactor": screen.scale,
            "mobile": screen.mobile,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics).await?;
        let touch = json!({ "enabled": screen.mobile, "maxTouchPoints": 5 });
        self.devtools("Emulation.setTouchEmulationEnabled", touch).await?;
        // A page is exactly as wide as asked, whether it scrolls or not.
        self.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true })).await?;
        Ok(())
    }

    /// A picture of what is in view, as PNG, or of the whole page, however long.
    ///
    /// # Errors
    /// As for [`Session::devtools`].
    pub async fn picture(&self, whole_page: bool) -> Result<Vec<u8>> {
        let mut params = json!({ "format": "png", "captureBeyondViewport": whole_page });
        if whole_page {
            let metrics = self.devtools("Page.getLayoutMetrics", json!({})).await?;
            let size = &metrics["cssContentSize"];
            params["clip"] = json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        }
        let answer = self.devtools("Page.captureScreenshot", params).await?;
        let data = answer["data"].as_str().ok_or_else(|| Error::Answer("a picture without data".to_owned()))?;
        STANDARD.decode(data).map_err(|error| Error::Answer(format!("a picture that is not base64: {error}")))
    }

    /// The errors that the console has shown since the last call: failed loads, uncaught exceptions, `console.error`.
    ///
    /// # Errors
    /// When the browser is not Chromium.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let entries = self.browser_log().await?;
        let of_the_page = entries.into_iter().filter(|entry| {
            // A browser asks for an icon on its own account.
            entry.level == "SEVERE" && !entry.message.contains("/favicon.ico ")
        });
        Ok(of_the_page.map(|entry| entry.message).collect())
    }
}
