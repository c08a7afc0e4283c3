"""Directives that show a scenario: as a tag, as a plain frame, as a picture with a link.

Whatever cannot show tags or frames, such as a PDF, gets the link.
"""

from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective


class Tag(nodes.General, nodes.Element):
    """<interleave-scenario> around what is shown without it."""


class Frame(nodes.General, nodes.Element):
    """<iframe> around a link."""


class Directive(SphinxDirective):
    required_arguments = 1
    option_spec = {
        "alt": directives.unchanged_required,
        "title": directives.unchanged_required,
        "attributes": directives.unchanged,
        "query": directives.unchanged,
        "width": directives.nonnegative_int,
        "height": directives.nonnegative_int,
    }

    def address(self, path):
        return f"{self.config.interleave_address}/{path}"

    def link(self, text="", picture=None):
        """A link to the scenario's page, with a picture if there is one."""
        page = nodes.reference(text, text, refuri=self.address(f"scenarios/{self.arguments[0]}.html"))
        if picture:
            size = {name: str(self.options[name]) for name in ("width", "height") if name in self.options}
            uri = self.address(f"pictures/{self.arguments[0]}{picture}")
            page += nodes.image(uri=uri, alt=self.options.get("alt", ""), **size)
        return page


class InterleaveDirective(Directive):
    def run(self):
        attributes = dict(pair.split("=", 1) for pair in self.options.get("attributes", "").split())
        tag = Tag(attributes={"scenario": self.arguments[0], **attributes})
        tag += self.link(picture=".svg")
        return [tag]


class InterleaveFrameDirective(Directive):
    def run(self):
        query = self.options.get("query", "")
        title = self.options.get("title", "")
        frame = Frame(
            attributes={
                "src": self.address(f"embed/{self.arguments[0]}.html") + (f"?{query}" if query else ""),
                "title": title,
                "loading": "lazy",
                "sandbox": "allow-scripts allow-popups allow-popups-to-escape-sandbox",
                "width": "100%",
                "height": self.options.get("height", 680),
            }
        )
        # Never shown where there are frames, which is everywhere but in print.
        frame += nodes.paragraph("", "", self.link(title))
        return [frame]


class InterleavePictureDirective(Directive):
    def run(self):
        return [nodes.paragraph("", "", self.link(picture=".light.png"))]


def written(name, attributes):
    pairs = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name}{pairs}>"


def visit_tag(self, node):
    self.body.append(written("interleave-scenario", node["attributes"]) + "\n")


def depart_tag(self, node):
    self.body.append("\n</interleave-scenario>\n")


def visit_frame(self, node):
    self.body.append(written("iframe", node["attributes"]) + "</iframe>\n")
    raise nodes.SkipNode


def through(self, node):
    """Other writers write only what is inside."""


def add_script(app, pagename, templatename, context, doctree):
    if doctree and doctree.next_node(Tag):
        app.add_js_file(f"{app.config.interleave_address}/embed.js", loading_method="async")


def setup(app):
    app.add_config_value("interleave_address", "", "html")
    others = {writer: (through, through) for writer in ("latex", "text", "man", "texinfo")}
    app.add_node(Tag, html=(visit_tag, depart_tag), **others)
    app.add_node(Frame, html=(visit_frame, through), **others)
    app.add_directive("interleave", InterleaveDirective)
    app.add_directive("interleave-frame", InterleaveFrameDirective)
    app.add_directive("interleave-picture", InterleavePictureDirective)
    app.connect("html-page-context", add_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
