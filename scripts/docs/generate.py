"""Writes the reference pages and draws the diagrams, in one program, because loading the product takes longest.

generate.py          write them
generate.py --check  say which are out of date
"""

import sys

import diagrams
import reference

if __name__ == "__main__":
    sys.exit(max(reference.main(*sys.argv[1:]), diagrams.main(*sys.argv[1:])))
