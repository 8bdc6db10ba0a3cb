"""One thread's event loop: sockets that are ready, timers, and work handed over by other threads."""
import collections
import heapq
import itertools
import os
import selectors
import time


class Timer:
    """What after() returns. `cancel()` may come at any time, also from within its own action."""

    def __init__(self, due, action):
        self.due, self.action = due, action

    def cancel(self):
        self.action = None


class Loop:
    """All but post() and stop() belong to the thread that runs it."""

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self._timers, self._order = [], itertools.count()
        self._posted = collections.deque()
        self._wake_out, self._wake_in = os.pipe()
        os.set_blocking(self._wake_out, False)
        os.set_blocking(self._wake_in, False)
        self._running = True
        self.watch(self._wake_out, self._drain)

    def watch(self, what, readable=None, writable=None):
        """Calls the actions when `what` is ready. Replaces what was said of it before; with neither
        action it is watched no longer."""
        events = (selectors.EVENT_READ if readable else 0) | (selectors.EVENT_WRITE if writable else 0)
        known = what in self._selector.get_map()
        if not events:
            if known:
                self._selector.unregister(what)
        elif known:
            self._selector.modify(what, events, (readable, writable))
        else:
            self._selector.register(what, events, (readable, writable))

    def after(self, seconds, action):
        timer = Timer(time.monotonic() + seconds, action)
        heapq.heappush(self._timers, (timer.due, next(self._order), timer))
        return timer

    def post(self, action):
        """From any thread: the loop's thread calls it soon, in the order posted."""
        self._posted.append(action)
        try:
            os.write(self._wake_in, b".")
        except BlockingIOError:
            pass  # it is awake

    def stop(self):
        def end():
            self._running = False
        self.post(end)

    def run(self):
        while self._running:
            for key, events in self._selector.select(self._until_next_timer()):
                readable, writable = key.data
                if events & selectors.EVENT_READ and readable:
                    readable()
                # The first action may have ended the watch.
                if events & selectors.EVENT_WRITE and writable and key.fileobj in \
                        self._selector.get_map():
                    writable()
            self._run_timers()

    def _until_next_timer(self):
        while self._timers and self._timers[0][2].action is None:
            heapq.heappop(self._timers)
        return max(0, self._timers[0][0] - time.monotonic()) if self._timers else None

    def _run_timers(self):
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            timer = heapq.heappop(self._timers)[2]
            if timer.action:
                timer.action()

    def _drain(self):
        try:
            os.read(self._wake_out, 4096)
        except BlockingIOError:
            pass
        while self._posted:
            self._posted.popleft()()
