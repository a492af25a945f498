"""tally.py XML...: adds up JUnit files (of ctest, lit and the judges).

Prints what failed, a line for each file, and last `N passed, N failed` (`, N skipped` if there are
any). The exit status is 0 only if in each file at least one test passed and none failed. A test
whose program is missing has failed; a skipped one is one that found this machine to lack the
hardware.
"""
import os
import sys
from collections import Counter
from xml.etree import ElementTree


NOT_SELECTED = "Test not selected"      # lit lists what its --filter-out left out


def verdict(case):
    """ctest marks by `status` whatever did not run, the others by what is inside the case."""
    skipped = case.find("skipped")
    if skipped is not None:
        by_choice = "status" not in case.attrib or skipped.get("message").startswith("SKIP_")
        return "skipped" if by_choice else "failed"
    bad = case.find("failure") is not None or case.find("error") is not None
    return "failed" if bad or case.get("status", "run") != "run" else "passed"


def selected(case):
    skipped = case.find("skipped")
    return skipped is None or not skipped.get("message").startswith(NOT_SELECTED)


def read(path):
    """The test cases; none if the runner did not get so far as to write a whole file."""
    try:
        return [case for case in ElementTree.parse(path).iter("testcase") if selected(case)]
    except (OSError, ElementTree.ParseError) as e:
        print(e)
        return []


def name(case):
    """lit has the folder as the class; ctest repeats the name."""
    parts = dict.fromkeys((case.get("classname"), case.get("name")))
    return " ".join(part for part in parts if part)


def tally(path):
    cases = read(path)
    count = Counter(verdict(case) for case in cases)
    nothing = not count["passed"]
    for case in cases:
        if verdict(case) == "failed":
            print("failed:", name(case))
    print(f"{os.path.splitext(os.path.basename(path))[0]}: {text(count)}"
          + (" (that none passed counts as a failure)" if nothing else ""))
    count["failed"] += nothing and not count["failed"]
    return count


def text(count):
    return (f"{count['passed']} passed, {count['failed']} failed"
            + (f", {count['skipped']} skipped" if count["skipped"] else ""))


if __name__ == "__main__":
    total = sum((tally(path) for path in sys.argv[1:]), Counter())
    print(text(total))
    sys.exit(0 if total["passed"] and not total["failed"] else 1)
