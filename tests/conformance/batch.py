"""Runs programs as virtual_run.py does, many in one process.

Each line of the input is a JSON list, a program and its settings; each line of
the output is what virtual_run.py prints for them.
"""

import json
import sys

from virtual_run import load, run

for line in sys.stdin:
    program, *settings = json.loads(line)
    variants = load(program, settings).VARIANTS
    print(json.dumps({name: run(main) for name, main in variants.items()}))
