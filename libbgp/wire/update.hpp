// UPDATE: bytes -> value with RFC 7606 outcomes, and packing for sending.
// RFC 4271 4.3 and 6.3, 4760, 6793, 7606, 8654.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libbgp/wire/notification.hpp"
#include "libbgp/wire/path_attributes.hpp"
#include "libbgp/wire/types.hpp"
#include "libfib/net/prefix.hpp"

namespace dx::bgp {

// Prefixes in wire form, already checked; reads as a range of net::Prefix. Views the message.
class NlriView {
public:
    class Iterator {
    public:
        using value_type = net::Prefix;
        using difference_type = std::ptrdiff_t;

        Iterator() = default;

        Iterator(net::Family family, const std::uint8_t* at) : family_(family), at_(at) {}

        net::Prefix operator*() const;

        Iterator& operator++() {
            at_ += 1 + (*at_ + 7U) / 8;
            return *this;
        }

        Iterator operator++(int) {
            auto old = *this;
            ++*this;
            return old;
        }

        friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

    private:
        net::Family family_ = net::Family::Ipv4;
        const std::uint8_t* at_ = nullptr;
    };

    NlriView() = default;

    NlriView(net::Family family, Bytes checked) : family_(family), bytes_(checked) {}

    net::Family family() const { return family_; }

    bool empty() const { return bytes_.empty(); }

    Bytes bytes() const { return bytes_; }

    Iterator begin() const { return {family_, bytes_.data()}; }

    Iterator end() const { return {family_, bytes_.data() + bytes_.size()}; }

private:
    net::Family family_ = net::Family::Ipv4;
    Bytes bytes_;
};

// RFC 7606 2, in order of strength. "AFI/SAFI disable" is not used: we reset instead.
enum class ErrorAction : std::uint8_t { AttributeDiscard, TreatAsWithdraw, SessionReset };

struct AttributeError {
    ErrorAction action{};
    std::uint8_t attribute = 0;  // type code; 0: the message itself
    Notification notification;   // what RFC 4271 6.3 says; sent only with SessionReset
    std::string text;            // for the log: "ORIGIN has the value 7"
};

// The three fields of an UPDATE (RFC 4271 4.3), the prefixes checked, the attributes untouched.
struct UpdateLayout {
    NlriView withdrawn;
    Bytes attributes;
    NlriView announced;
};

// Withdrawals are meant to be applied first: a prefix on both sides is announced (RFC 4271 4.3).
struct Update {
    // At most one of each from the message's own fields (IPv4) and one from MP_REACH/MP_UNREACH.
    NlriView withdrawn;
    NlriView announced;
    NlriView mp_withdrawn;
    NlriView mp_announced;
    PathAttributes attributes;              // next_hop: NEXT_HOP, the one for `announced`
    std::optional<NextHop> mp_next_hop;     // the one for `mp_announced`
    std::optional<net::Family> end_of_rib;  // RFC 4724 2
    // Everything that was wrong, for the log and the counters; SessionReset never comes here.
    std::vector<AttributeError> errors;
    // One of `errors` has this action: `announced` and `mp_announced` hold what is to be withdrawn,
    // and `attributes` mean nothing.
    bool treat_as_withdraw = false;
};

// What was negotiated, as far as it changes the meaning of bytes.
struct WireContext {
    bool four_octet_as = true;  // both sides have RFC 6793
    bool external =
        true;  // eBGP: LOCAL_PREF, ORIGINATOR_ID, CLUSTER_LIST are discarded (RFC 7606 7.5 f)
    Families families{net::Family::Ipv4};
    bool enhanced_refresh = false;  // both sides have RFC 7313
    std::size_t max_message_size = kMaxMessageSize;
};

}  // namespace dx::bgp
