// Route changes on their way to another thread: as they come while that thread keeps up, merged by
// prefix and source while it lags behind.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "libfib/fib/route.hpp"

namespace dx::netlink {

class ChangeQueue {
public:
    // So many changes may be on their way; what comes above waits here and is merged.
    static constexpr std::size_t kUnderWay = 64 * 1024;
    static constexpr std::size_t kBatch = 4096;  // of what was merged

    void push(fib::RouteBatch batch);

    // The next batch to send, if there is one and not too much is under way.
    std::optional<fib::RouteBatch> pop();

    // A batch of so many changes has arrived.
    void arrived(std::size_t changes) { under_way_ -= changes; }

    std::size_t waiting() const { return waiting_.size(); }

    bool empty() const { return !direct_ && waiting_.empty(); }  // all is on its way

private:
    struct Key {
        net::Prefix prefix;
        fib::RouteSource source;

        friend bool operator==(const Key&, const Key&) = default;
    };

    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            return net::hash_value(key.prefix) ^ static_cast<std::size_t>(key.source);
        }
    };

    struct ForwardingHash {
        std::size_t operator()(const fib::Forwarding& forwarding) const {
            return fib::hash_value(forwarding);
        }
    };

    void merge(const fib::RouteBatch& batch);
    std::uint32_t keep(const fib::Forwarding& forwarding);
    fib::RouteBatch pop_merged();

    std::optional<fib::RouteBatch> direct_;  // goes as it came
    std::unordered_map<Key, fib::RouteBatch::Change, KeyHash> waiting_;
    std::vector<fib::Forwarding> forwardings_;  // of what waits
    std::unordered_map<fib::Forwarding, std::uint32_t, ForwardingHash> numbers_;
    std::size_t under_way_ = 0;
};

}  // namespace dx::netlink
