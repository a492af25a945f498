"""Runs named checks, one line each, and keeps the tally as JUnit XML for scripts/tally."""
import sys
import time
from xml.etree import ElementTree


class Report:
    def __init__(self, name):
        self.suite = ElementTree.Element("testsuite", name=name)
        self.passed = self.failed = 0

    def check(self, name, run):
        """run() raises if the check fails; what it returns is printed behind the name."""
        begin, case = time.monotonic(), ElementTree.SubElement(self.suite, "testcase", name=name)
        try:
            note = run()
        except Exception as e:          # whatever goes wrong while judging is no 'ok'
            self.failed += 1
            ElementTree.SubElement(case, "failure", message=str(e))
            print(f"FAIL {name}\n     {type(e).__name__}: {e}".rstrip().replace("\n", "\n     "))
        else:
            self.passed += 1
            print(f"ok   {name}" + (f": {note}" if note else ""))
        case.set("time", f"{time.monotonic() - begin:.3f}")
        sys.stdout.flush()

    def finish(self, junit=None):
        """The exit status: 0 only if something was checked and nothing failed."""
        if junit:
            self.suite.set("tests", str(self.passed + self.failed))
            self.suite.set("failures", str(self.failed))
            ElementTree.ElementTree(self.suite).write(junit)
        print(f"{self.suite.get('name')}: {self.passed} passed, {self.failed} failed")
        return 0 if self.passed and not self.failed else 1
