"""Chance that can be had again: $DX_SEED is the seed, which is printed."""
import os
import random
import time


def seeded():
    seed = int(os.environ.get("DX_SEED") or time.time_ns() % 100_000)
    print(f"DX_SEED={seed}", flush=True)
    return random.Random(seed)
