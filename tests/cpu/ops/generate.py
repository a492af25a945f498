#!/usr/bin/env python3
"""generate.py NAME: prints the functions of NAME.py, the table of one part of the op suite."""
import importlib
import sys

if __name__ == "__main__":
    # What the table says twice is tested once.
    for text in dict.fromkeys(importlib.import_module(sys.argv[1]).functions()):
        print(text)
