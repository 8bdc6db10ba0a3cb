"""Chance that can be had again: $DX_SEED is the seed, which is printed. Without one it is always the same, so that what
fails fails for everybody; `random` takes another each time."""
import os
import random
import time


def seeded():
    asked = os.environ.get("DX_SEED") or "1"
    seed = time.time_ns() % 100_000 if asked == "random" else int(asked)
    print(f"DX_SEED={seed}", flush=True)
    return random.Random(seed)
