"""The runner of the scripted suites: checks whose names say what must hold.

    checks = Checks(sys.argv[1:])       names, or parts of them, choose
    checks.run(CHECKS, place)           each gets the place and stands alone
    sys.exit(checks.close(folder))      "N passed, N failed"

tests/run.sh reads the last line.
"""
import subprocess
import sys
import time
import traceback


class Checks:
    def __init__(self, wanted=()):
        self.wanted = wanted
        self.results = []

    def chosen(self, checks):
        return [c for c in checks if not self.wanted or
                any(part in c.__name__ for part in self.wanted)]

    def tell(self, name, passed, note=""):
        self.results.append(passed)
        print("ok  " if passed else "FAIL", name.replace("_", " "), note,
              flush=True)
        return passed

    def attempt(self, name, check, *args):
        """@return Did it hold?"""
        begin = time.monotonic()
        try:
            check(*args)
        except Exception:
            self.tell(name, False)
            traceback.print_exc(file=sys.stdout)
            return False
        return self.tell(name, True, f"({time.monotonic() - begin:.1f} s)")

    def run(self, checks, *args):
        for check in self.chosen(checks):
            self.attempt(check.__name__, check, *args)

    def close(self, folder=None):
        """@param folder Of logs: kept if anything failed. @return exit code"""
        passed = sum(self.results)
        failed = len(self.results) - passed
        if folder and failed:
            print(f"logs: {folder}")
        elif folder:
            subprocess.run(["rm", "-rf", folder], check=True)
        print(f"{passed} passed, {failed} failed")
        return 1 if failed or not passed else 0
