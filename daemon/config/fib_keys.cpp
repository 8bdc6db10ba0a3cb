#include "daemon/config/fib_keys.hpp"

#include "daemon/config/kinds.hpp"

namespace dx::config {
namespace {

constexpr WordOf<bool> kAutoWords[] = {{"auto", true}, {"off", false}};
constexpr WordOf<FibSettings::OnStop> kOnStopWords[] = {{"remove", FibSettings::OnStop::Remove},
                                                        {"keep", FibSettings::OnStop::Keep}};

// main, default, or a number; the table `local` belongs to the kernel.
struct TableKind {
    using Value = std::uint32_t;
    static constexpr std::uint32_t kDefault = 253, kMain = 254, kLocal = 255;

    static std::optional<std::uint32_t> read(Reader& reader, const Node& value) {
        if (value.is_scalar() && value.text == "main") return kMain;
        if (value.is_scalar() && value.text == "default") return kDefault;
        const auto number = value.is_scalar() ? parse_number(value.text) : std::nullopt;
        if (number && *number >= 1 && *number <= UINT32_MAX && *number != kLocal)
            return static_cast<std::uint32_t>(*number);
        reader.wrong(value, "a table that we may use",
                     "main, default or a number from 1 to 4294967295, not 255, which is the "
                     "kernel's local table");
        return std::nullopt;
    }

    static Node write(std::uint32_t value) {
        return Node::scalar(value == kMain ? "main" : std::to_string(value));
    }

    static Schema schema() {
        return Schema::any_of({Schema::words({"main", "default"}), Schema::number(1, kLocal - 1),
                               Schema::number(kLocal + 1, UINT32_MAX)});
    }
};

using Sources = PerFamily<std::optional<net::IpAddress>>;
constexpr Key<Sources> kSourceKeys[] = {
    key<&Sources::ipv4, AddressOf<net::Family::Ipv4>>("ipv4"),
    key<&Sources::ipv6, AddressOf<net::Family::Ipv6>>("ipv6"),
};

Keys<Sources> source_keys() {
    return kSourceKeys;
}

constexpr Key<FibSettings> kFibKeys[] = {
    key<&FibSettings::enabled, Flag>("enabled"),
    key<&FibSettings::table, TableKind>("table", Effect::NextStart),
    key<&FibSettings::metric, Number<std::uint32_t, 1, UINT32_MAX>>("metric"),
    key<&FibSettings::maximum_paths, Number<std::uint8_t, 1, 64>>("maximum-paths"),
    section<&FibSettings::source, source_keys>("source"),
    key<&FibSettings::nexthop_objects, Word<kAutoWords>>("nexthop-objects"),
    key<&FibSettings::tune_kernel, Word<kAutoWords>>("tune-kernel"),
    key<&FibSettings::on_stop, Word<kOnStopWords>>("on-stop"),
    key<&FibSettings::stale_time, Duration<seconds, 0, 86'400'000>>("stale-time"),
};

}  // namespace

Keys<FibSettings> fib_keys() {
    return kFibKeys;
}

}  // namespace dx::config
