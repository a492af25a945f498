"""tally.py XML...: adds up JUnit files (of ctest, lit and the judges).

Prints a line for each and `N passed, N failed` last. The exit status is 0 only if each file
has at least one test and none failed; a test that was skipped or not run counts as failed:
scripts/test installs all that any test needs.
"""
import os
import sys
from xml.etree import ElementTree


def passed(case):
    """ctest marks a case that did not pass by its status, the others by what is inside it."""
    return case.get("status", "run") == "run" and all(
        case.find(mark) is None for mark in ("failure", "error", "skipped"))


def tally(path):
    verdicts = [passed(case) for case in ElementTree.parse(path).iter("testcase")]
    good, bad = sum(verdicts), len(verdicts) - sum(verdicts)
    print(f"{os.path.splitext(os.path.basename(path))[0]}: {good} of {good + bad}"
          + ("" if verdicts else ": no test ran, which counts as a failure"))
    return good, bad or not verdicts


if __name__ == "__main__":
    counts = [tally(path) for path in sys.argv[1:]]
    good, bad = sum(c[0] for c in counts), sum(c[1] for c in counts)
    print(f"{good} passed, {bad} failed")
    sys.exit(0 if good and not bad else 1)
