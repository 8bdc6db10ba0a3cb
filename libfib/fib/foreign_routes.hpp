// The routes of other programs in our table, as the kernel shows them.
#pragma once

#include <unordered_map>
#include <vector>

#include "libfib/fib/kernel.hpp"

namespace dx::fib {

class ForeignRoutes {
public:
    void learn(const KernelRoute& route, Seen seen);  // not of what was deleted

    // A deletion may name one next hop of several. False if none of ours to forget.
    bool forget(const KernelRoute& route);

    // When an interface is shut, IPv4 routes over it vanish without a message. The prefixes that
    // lost one.
    std::vector<net::Prefix> purge(InterfaceIndex interface);

    // What is not learnt between these two is gone. The prefixes that lost one.
    void begin_dump();
    std::vector<net::Prefix> end_dump();

    // The one with the lowest metric stands for all of the prefix. nullptr: there is none.
    const KernelRoute* best(const net::Prefix& prefix) const;

private:
    struct Known {
        KernelRoute route;
        bool seen = true;  // by the present dump
    };

    template <typename Gone>
    std::vector<net::Prefix> erase_if(const Gone& gone);

    std::unordered_map<net::Prefix, std::vector<Known>> routes_;  // none is empty
};

}  // namespace dx::fib
