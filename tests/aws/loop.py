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
        self._selector, self._actions = selectors.DefaultSelector(), {}
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
        known = self._actions.pop(what, None)
        wanted = {event: action for event, action in ((selectors.EVENT_READ, readable),
                                                      (selectors.EVENT_WRITE, writable)) if action}
        if wanted:
            self._actions[what] = wanted
            (self._selector.modify if known else self._selector.register)(what, sum(wanted))
        elif known:
            self._selector.unregister(what)

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
                for event in (selectors.EVENT_READ, selectors.EVENT_WRITE):
                    # Looked up only now: an action before it may have ended the watch.
                    action = self._actions.get(key.fileobj, {}).get(event)
                    if events & event and action:
                        action()
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
