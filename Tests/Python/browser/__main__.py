"""Runs all browser tests: `python3 Tests/Python/browser [-v] [name]`."""

import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from pages import SCREENSHOTS, Counts, World  # noqa: E402


def main():
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    if not any(not name.startswith("-") for name in sys.argv[1:]):
        for old in SCREENSHOTS.glob("*.png"):
            old.unlink()
    began = time.monotonic()
    loader = unittest.TestLoader()
    loader.testNamePatterns = [f"*{name}*" for name in sys.argv[1:] if not name.startswith("-")] or None
    suite = loader.discover(str(HERE), pattern="*_test.py")
    try:
        result = unittest.TextTestRunner(verbosity=2).run(suite)
        if not result.wasSuccessful() and World.current:
            print(World.current.stage.log("service"), file=sys.stderr)
    finally:
        if World.current:
            World.current.end()
    print(
        f"pages: {result.testsRun} tests, {Counts.checks} checks, {Counts.audits} axe audits, {Counts.screenshots} "
        f"screenshots in {time.monotonic() - began:.0f} s: {SCREENSHOTS}")
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)


main()
