import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Notes on waiting"
extensions = ["interleave"]
html_theme = "alabaster"
html_sidebars = {"**": []}
html_static_path = ["_static"]
html_copy_source = False
exclude_patterns = ["_build"]

# Where the playground is published, without a slash at the end.
interleave_address = "https://host.example/interleave"
