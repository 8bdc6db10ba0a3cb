"""Which try is for which form of command of dxctl(1)."""

TRIES = {}  # form: what is called with the site


def tries(*forms):
    def remember(function):
        for form in forms:
            if form in TRIES:
                raise ValueError(f"tried twice: {form}")
            TRIES[form] = function
        return function
    return remember
