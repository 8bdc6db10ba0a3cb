// Who has a place under a limit out, and who is next, in order. Kept only while not all may go.
//
// Everyone with a place is kept, but of those who wait only the first `reserve`: the others are
// known to come at or behind `beyond_`. When the reserve has been used up, the order is built again
// by a walk over the table, which OutLimit does in slices.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "libbgp/rib/rib_neighbor.hpp"
#include "libbgp/rib/route_table.hpp"

namespace dx::bgp {

// Who goes first where not all may: the lower one. `first` is the length, or the place in the
// configuration; no two entries of a table have the same rank.
struct OutRank {
    std::uint32_t first = 0;
    net::Prefix prefix;

    friend auto operator<=>(const OutRank&, const OutRank&) = default;
};

// `configured`: the place in the configuration.
inline OutRank out_rank(PrefixLimitOut::Order order, const net::Prefix& prefix,
                        std::uint32_t configured) {
    return {order == PrefixLimitOut::Order::Configured ? configured : prefix.length(), prefix};
}

class OutOrder {
public:
    struct Place {
        OutRank rank;
        EntryId id = 0;

        friend auto operator<=>(const Place&, const Place&) = default;
    };

    bool on() const { return state_ != State::Off; }

    bool building() const { return state_ == State::Building; }

    bool ready() const { return state_ == State::Ready; }

    void drop() { *this = {}; }

    // From now on whoever is met in the walk, and whoever comes meanwhile, is to be added.
    void build(std::size_t reserve) {
        *this = {};
        state_ = State::Building;
        reserve_ = reserve;
    }

    void built() { state_ = State::Ready; }

    EntryId next = 1;  // where the walk goes on

    void add_with_place(const Place& place) { with_place_.insert(place); }

    void add_waiting(const Place& place) {
        if (beyond_ && place.rank >= *beyond_) return;
        waiting_.insert(place);
        if (waiting_.size() <= reserve_) return;
        const auto last = std::prev(waiting_.end());
        beyond_ = last->rank;
        waiting_.erase(last);
    }

    void erase(const Place& place) {
        if (with_place_.erase(place) == 0) waiting_.erase(place);
    }

    const Place* first_waiting() const { return waiting_.empty() ? nullptr : &*waiting_.begin(); }

    const Place* last_with_place() const {
        return with_place_.empty() ? nullptr : &*with_place_.rbegin();
    }

    // Nobody knows who is next among those who wait.
    bool used_up() const { return waiting_.empty() && beyond_; }

    Place take_first_waiting() {
        const auto place = waiting_.extract(waiting_.begin()).value();
        with_place_.insert(place);
        return place;
    }

    Place take_last_with_place() {
        const auto place = with_place_.extract(std::prev(with_place_.end())).value();
        add_waiting(place);
        return place;
    }

private:
    enum class State : std::uint8_t { Off, Building, Ready };

    State state_ = State::Off;
    std::size_t reserve_ = 0;
    std::set<Place> with_place_;
    std::set<Place> waiting_;
    std::optional<OutRank> beyond_;
};

}  // namespace dx::bgp
