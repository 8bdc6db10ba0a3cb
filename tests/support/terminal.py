"""A program on a terminal of its own, as somebody sits at it: keys in, what is shown out."""
import fcntl
import os
import pty
import select
import struct
import subprocess
import termios
import time

from lab import Failed

CTRL_C, CTRL_D, TAB, UP = "\x03", "\x04", "\t", "\x1b[A"


class Terminal:
    """`environment` is added to a plain one, `ahead` typed before the program starts."""

    def __init__(self, *words, columns=120, rows=40, ahead="", **environment):
        self.shown = ""
        self._mark = 0
        self._end, far_end = pty.openpty()
        fcntl.ioctl(far_end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.write(self._end, ahead.encode())
        plain = {"PATH": os.environ["PATH"], "TERM": "xterm", "PAGER": "cat", "LC_ALL": "C.UTF-8"}

        def own_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        self.process = subprocess.Popen([str(word) for word in words], stdin=far_end, stdout=far_end,
                                        stderr=far_end, preexec_fn=own_terminal,
                                        env={**plain, **environment})
        os.close(far_end)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self._end)

    def keys(self, text):
        """From now on only what is shown after this counts."""
        self._read(0)
        self._mark = len(self.shown)
        os.write(self._end, text.encode())
        return self

    def line(self, text, prompt):
        """A whole line, once the prompt is there for it: what is typed earlier is not edited."""
        self.until(lambda: self.shown.endswith(prompt), f"end with {prompt!r}")
        return self.keys(text + "\n")

    def since(self):
        """What was shown since the last keys."""
        self._read(0)
        return self.shown[self._mark:]

    def wait(self, text, times=1, timeout=10):
        """Until `text` was shown so often since the last keys; gives all that was."""
        self.until(lambda: self.since().count(text) >= times, f"show {text!r} {times} times", timeout)
        return self.since()

    def until(self, condition, what, timeout=10):
        deadline = time.monotonic() + timeout
        while not condition():
            if time.monotonic() > deadline:
                raise Failed(f"the terminal does not {what}: {self.since()!r}")
            self._read(0.05)

    def ends(self):
        """Its exit code."""
        self.until(lambda: self.process.poll() is not None, "end")
        self._read(0)
        return self.process.returncode

    def _read(self, seconds):
        while select.select([self._end], [], [], seconds)[0]:
            seconds = 0
            try:
                self.shown += os.read(self._end, 65536).decode(errors="replace")
            except OSError:  # the other end is closed
                return
