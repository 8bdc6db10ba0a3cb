// Waiting for memory less: a large table is far away.
#pragma once

namespace dx::net {

// Asks for what is at `address`, which will be read soon, and does not wait for it.
inline void prefetch(const void* address) {
    __builtin_prefetch(address);
    // Without this GCC takes a function that only prefetches for one that has no effect, and drops
    // the calls of it.
    asm volatile("");
}

}  // namespace dx::net
