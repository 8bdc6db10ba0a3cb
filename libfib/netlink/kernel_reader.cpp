#include "libfib/netlink/kernel_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/netlink.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <utility>

#include <netlink/msg.h>

#include "libfib/netlink/observation_codec.hpp"

namespace dx::netlink {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kReadingInterval{1};

// A table that changes while it is read is taken as it is after so many attempts: the monitor tells
// of the changes anyway.
constexpr int kAttempts = 5;

// More than this kept back during a dump is as an overrun.
constexpr std::size_t kKeptBytes = 16 << 20;

bool is_link_message(std::uint16_t type) {
    return type == RTM_NEWLINK || type == RTM_DELLINK || type == RTM_NEWADDR || type == RTM_DELADDR;
}

const char* to_string(DumpKind kind) {
    constexpr std::array kNames{"resilient groups", "links",       "addresses",
                                "nexthop objects",  "IPv4 routes", "IPv6 routes"};
    return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace

KernelReader::KernelReader(boost::asio::io_context& context, fib::Fib& fib, std::uint32_t table,
                           std::uint32_t own_port, Handlers handlers, int monitor_buffer_bytes)
    : fib_(fib),
      table_(table),
      handlers_(std::move(handlers)),
      monitor_(
          context, own_port,
          {[this](nlmsghdr& message) { on_monitored(message); }, [this] { handlers_.on_change(); },
           [this] {
               ++counts_.overruns;
               resync();
           }},
          monitor_buffer_bytes),
      dumps_(context),
      pause_(context) {}

void KernelReader::start() {
    monitor_.start();
    begin_reading();
}

void KernelReader::resync() {
    if (again_) return;
    again_ = true;
    if (dumping_) return;  // the end of the reading under way looks at it
    pause_.expires_at(last_reading_ + kReadingInterval);
    pause_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled) begin_reading();
    });
}

void KernelReader::begin_reading() {
    again_ = false;
    attempts_ = 0;
    ++counts_.dumps;
    dump(have_tables_ ? DumpKind::Links : DumpKind::ResilientProbe);
}

void KernelReader::dump(DumpKind kind) {
    dumping_ = kind;
    if (kind == DumpKind::Links) interfaces_.begin_dump();
    if (kind == DumpKind::Objects) fib_.begin_dump(Clock::now());
    dumps_.start({[this, kind](MessageBatch& batch, std::uint32_t sequence) {
                      write_dump(batch, sequence, kind, table_);
                  },
                  [this](nlmsghdr& message) { take(message, true); },
                  [this, kind](int error) { on_dumped(kind, error); }});
}

void KernelReader::on_dumped(DumpKind kind, int error) {
    const bool interfaces = kind == DumpKind::Links || kind == DumpKind::Addresses;
    if (error == EINTR && ++attempts_ < kAttempts)
        return dump(interfaces ? DumpKind::Links : DumpKind::Objects);
    if (!end_dump_of(kind, error)) {
        handlers_.on_failure(to_string(kind), error);
        again_ = true;
        return end_reading();
    }
    if (kind == DumpKind::Ipv6Routes) {
        fib_.end_dump(Clock::now());
        have_tables_ = true;
        return end_reading();
    }
    dump(static_cast<DumpKind>(static_cast<int>(kind) + 1));
}

// False where the error is one that cannot be lived with.
bool KernelReader::end_dump_of(DumpKind kind, int error) {
    const bool unsupported = error == EOPNOTSUPP || error == EAFNOSUPPORT;
    switch (kind) {
        case DumpKind::ResilientProbe: resilient_ = !unsupported; return true;
        case DumpKind::Addresses: end_interfaces(); break;
        case DumpKind::Objects:
            support_ = unsupported  ? fib::ObjectSupport::None
                       : resilient_ ? fib::ObjectSupport::ResilientGroups
                                    : fib::ObjectSupport::Groups;
            fib_.set_object_support(support_);
            if (unsupported) return true;
            break;
        case DumpKind::Ipv4Routes:
        case DumpKind::Ipv6Routes:
            if (unsupported || error == ENOENT) return true;  // no such family; no such table yet
            break;
        case DumpKind::Links: break;
    }
    return error == 0 || error == EINTR;
}

void KernelReader::end_interfaces() {
    interfaces_.end_dump();
    // Not only what end_dump() names: what is new was kept back until its addresses were known.
    const auto before = told_;
    for (const auto& [index, interface] : before)
        tell_interface(index);
    for (const auto& [index, interface] : interfaces_.interfaces())
        tell_interface(index);
    dumping_.reset();
    give_out_kept();
}

void KernelReader::end_reading() {
    dumping_.reset();
    last_reading_ = Clock::now();
    give_out_kept();
    if (have_tables_) handlers_.on_synced();
    handlers_.on_change();
    if (std::exchange(again_, false)) resync();
}

void KernelReader::on_monitored(nlmsghdr& message) {
    if (!is_kept_back(message)) return take(message, false);
    if (kept_.size() + message.nlmsg_len > kKeptBytes) {
        again_ = true;
        return;
    }
    const auto* bytes = reinterpret_cast<const std::byte*>(&message);
    kept_.insert(kept_.end(), bytes, bytes + message.nlmsg_len);
    kept_.resize((kept_.size() + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO);
}

bool KernelReader::is_kept_back(const nlmsghdr& message) const {
    if (!dumping_) return false;
    const bool interfaces = *dumping_ <= DumpKind::Addresses;
    return interfaces == is_link_message(message.nlmsg_type);
}

void KernelReader::give_out_kept() {
    auto kept = std::exchange(kept_, {});
    auto remaining = static_cast<int>(kept.size());
    auto* message = reinterpret_cast<nlmsghdr*>(kept.data());
    for (; nlmsg_ok(message, remaining); message = nlmsg_next(message, &remaining))
        take(*message, false);
}

void KernelReader::take(nlmsghdr& message, bool dumped) {
    switch (message.nlmsg_type) {
        case RTM_NEWLINK:
        case RTM_DELLINK:
        case RTM_NEWADDR:
        case RTM_DELADDR: return take_link(message, dumped);
        case RTM_NEWROUTE:
        case RTM_DELROUTE: return take_route(message, dumped);
        case RTM_NEWNEXTHOP:
        case RTM_DELNEXTHOP: return take_object(message, dumped);
        default: return;
    }
}

void KernelReader::take_link(nlmsghdr& message, bool dumped) {
    const auto changed = interfaces_.take(message, Clock::now());
    if (changed && !dumped) tell_interface(*changed);
}

void KernelReader::take_route(nlmsghdr& message, bool dumped) {
    if (!dumped && !have_tables_) return;  // the first dump will show it
    if (const auto route = read_route(message, table_))
        fib_.on_route(*route, dumped ? fib::Seen::Dumped : read_verb(message), Clock::now());
}

void KernelReader::take_object(nlmsghdr& message, bool dumped) {
    if (!dumped && !have_tables_) return;
    const auto object = read_object(message);
    if (object && fib::is_our_range(object->id))
        fib_.on_object(*object, dumped ? fib::Seen::Dumped : read_verb(message), Clock::now());
}

void KernelReader::tell_interface(std::uint32_t index) {
    const Interface* now = interfaces_.find(index);
    const auto known = told_.find(index);
    if (now == nullptr) {
        if (known == told_.end()) return;
        const Interface removed = std::move(known->second);
        told_.erase(known);
        return tell_removed(removed);
    }
    if (known != told_.end() && known->second == *now) return;
    tell_link(known != told_.end() ? &known->second : nullptr, *now);
    told_[index] = *now;
    handlers_.on_interface(*now);
}

// The link first: when it goes down, traffic is to move at once.
void KernelReader::tell_link(const Interface* before, const Interface& now) {
    const auto time = Clock::now();
    fib_.on_link(link_change(now), time);
    const auto has = [](const Interface* interface, const InterfaceAddress& address) {
        if (interface == nullptr) return false;
        const auto& all = interface->addresses;
        return std::find(all.begin(), all.end(), address) != all.end();
    };
    if (before != nullptr) {
        for (const InterfaceAddress& address : before->addresses) {
            if (address.tentative || has(&now, address)) continue;
            fib::AddressChange change = address_change(now, address);
            change.removed = true;
            fib_.on_address(change, time);
        }
    }
    for (const InterfaceAddress& address : now.addresses)
        if (!address.tentative && !has(before, address))
            fib_.on_address(address_change(now, address), time);
}

void KernelReader::tell_removed(const Interface& interface) {
    fib::LinkChange gone = link_change(interface);
    gone.removed = true;
    fib_.on_link(gone, Clock::now());
    handlers_.on_interface_removed(interface);
}

}  // namespace dx::netlink
