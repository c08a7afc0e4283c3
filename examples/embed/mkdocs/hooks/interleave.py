"""Puts the playground's address where a page says {{ interleave }}, and its script on every page."""

from mkdocs.config.config_options import ExtraScriptValue


def on_config(config):
    script = ExtraScriptValue(config.extra["interleave"] + "/embed.js")
    script.async_ = True
    config.extra_javascript.append(script)
    return config


def on_page_markdown(markdown, config, **_):
    return markdown.replace("{{ interleave }}", config.extra["interleave"])
