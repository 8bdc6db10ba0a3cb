// Requests whose results are not in: a slot each, used again.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libfib/fib/forwarding_groups.hpp"
#include "libfib/fib/kernel.hpp"
#include "libfib/net/prefix_map.hpp"

namespace dx::fib {

struct PendingRequest {
    enum class Kind : std::uint8_t { Free, Object, Put, Delete, Cleanup };
    Kind kind = Kind::Free;
    bool adding = false;
    bool object_form = false;
    bool static_protocol = false;
    net::PrefixId route = 0;
    ForwardingId forwarding = kNoForwarding;
    std::uint32_t losses = 0;   // of the group when it was sent
    std::uint32_t version = 0;  // of its next hops
    std::uint32_t metric = 0;
    std::uint32_t dump = 0;  // begun when it was sent
    ForwardingGroups::Ticket ticket{};
};

class PendingRequests {
public:
    RequestId add(const PendingRequest& request) {
        if (free_.empty()) {
            slots_.push_back(request);
            return static_cast<RequestId>(slots_.size() - 1);
        }
        const auto id = free_.back();
        free_.pop_back();
        slots_[id] = request;
        return id;
    }

    PendingRequest take(RequestId id) {
        assert(id < slots_.size() && slots_[id].kind != PendingRequest::Kind::Free);
        const auto request = slots_[id];
        slots_[id].kind = PendingRequest::Kind::Free;
        free_.push_back(id);
        return request;
    }

    std::size_t size() const { return slots_.size() - free_.size(); }

    bool empty() const { return size() == 0; }

private:
    std::vector<PendingRequest> slots_;
    std::vector<RequestId> free_;
};

}  // namespace dx::fib
