#include "daemon/config/neighbor_kinds.hpp"

#include <filesystem>

#include "daemon/config/bfd_keys.hpp"
#include "daemon/config/printable.hpp"

namespace dx::config {
namespace {

constexpr std::size_t kLongestMessage = 255;  // RFC 9003: bytes

constexpr WordOf<bgp::Role> kRoleWords[] = {
    {"provider", bgp::Role::Provider},
    {"route-server", bgp::Role::RouteServer},
    {"route-server-client", bgp::Role::RouteServerClient},
    {"customer", bgp::Role::Customer},
    {"peer", bgp::Role::Peer},
    {"rs", bgp::Role::RouteServer},  // RFC 9234's short names, and FRR's
    {"rs-server", bgp::Role::RouteServer},
    {"rs-client", bgp::Role::RouteServerClient},
};
using RoleWord = Word<kRoleWords>;

constexpr Key<RoleSetting> kRoleKeys[] = {
    key<&RoleSetting::role, RoleWord>("role", Effect::NextSession, true),
    key<&RoleSetting::strict, Flag>("strict", Effect::NextSession),
};

// The text of a BFD mapping; Bfd keeps the timers apart, since routes have them too.
struct BfdForm {
    milliseconds interval{};
    std::uint8_t multiplier = 0;
    bool strict = false;
};

constexpr Key<BfdForm> kBfdKeys[] = {
    key<&BfdForm::interval, BfdInterval>("interval"),
    key<&BfdForm::multiplier, BfdMultiplier>("multiplier"),
    key<&BfdForm::strict, Flag>("strict"),
};

using Mode = GracefulRestart::Mode;
constexpr WordOf<Mode> kRestartWords[] = {
    {"off", Mode::Off}, {"helper", Mode::Helper}, {"full", Mode::Full}};
using RestartWord = Word<kRestartWords>;

constexpr Key<GracefulRestart> kRestartKeys[] = {
    key<&GracefulRestart::mode, RestartWord>("mode", Effect::NextSession, true),
    key<&GracefulRestart::force, Flag>("force"),
    // Twelve bits of seconds (RFC 4724 3).
    key<&GracefulRestart::restart_time, Duration<seconds, 1000, 4'095'000>>("restart-time"),
    key<&GracefulRestart::stale_time, Duration<seconds, 1000, 3'600'000>>("stale-time"),
    key<&GracefulRestart::long_lived_stale_time,
        Duration<seconds, 0, std::chrono::milliseconds(bgp::kLongestStaleTime).count()>>(
        "long-lived-stale-time"),
};

struct PercentKind {
    using Value = std::uint8_t;

    static std::optional<std::uint8_t> read(Reader& reader, const Node& value) {
        auto digits = value.is_scalar() ? std::string_view(value.text) : std::string_view();
        if (digits.ends_with('%')) digits.remove_suffix(1);
        const auto percent = parse_number(digits);
        if (percent && *percent >= 1 && *percent <= 100) return static_cast<std::uint8_t>(*percent);
        reader.wrong(value, "a percentage", "1% .. 100%");
        return std::nullopt;
    }

    static Node write(std::uint8_t value) { return Node::scalar(std::to_string(value) + "%"); }

    static Schema schema() {
        return Schema::any_of({Schema::text("^[0-9]{1,3}%?$"), Schema::number(1, 100)});
    }
};

constexpr WordOf<InboundLimit::Action> kLimitActionWords[] = {
    {"discard", InboundLimit::Action::Discard}, {"restart", InboundLimit::Action::Restart}};
constexpr WordOf<OutboundLimit::Order> kOrderWords[] = {
    {"shortest-first", OutboundLimit::Order::ShortestFirst},
    {"configured", OutboundLimit::Order::Configured}};

using LimitNumber = Number<std::uint32_t, 1, UINT32_MAX>;

constexpr Key<InboundLimit> kInboundKeys[] = {
    key<&InboundLimit::max, LimitNumber>("max", Effect::Live, true),
    key<&InboundLimit::action, Word<kLimitActionWords>>("action"),
    key<&InboundLimit::after, Duration<seconds, 1000, 86'400'000>>("after"),
};

constexpr Key<OutboundLimit> kOutboundKeys[] = {
    key<&OutboundLimit::max, LimitNumber>("max", Effect::Live, true),
    key<&OutboundLimit::order, Word<kOrderWords>>("order"),
    key<&OutboundLimit::warn_percent, PercentKind>("warn"),
    key<&OutboundLimit::aggregates, ListOf<PrefixKind>>("aggregate"),
};

}  // namespace

template <>
Keys<InboundLimit> keys_of_limit<InboundLimit>() {
    return kInboundKeys;
}

template <>
Keys<OutboundLimit> keys_of_limit<OutboundLimit>() {
    return kOutboundKeys;
}

std::optional<std::string> NeighborName::read(Reader& reader, const Node& value) {
    static constexpr std::string_view kExpected = "a word of 1 to 64 letters, digits and . _ - : %";
    const auto* text = reader.text(value, kExpected);
    if (!text) return std::nullopt;
    if (!text->empty() && text->size() <= 64 && is_word(*text)) return *text;
    reader.wrong(value, "a name", kExpected);
    return std::nullopt;
}

std::optional<Secret> Password::read(Reader& reader, const Node& value) {
    if (!value.is_scalar())
        reader.wrong(value, "", "a key of 1 to 80 bytes");
    else if (value.text.empty() || value.text.size() > kLongest)
        reader.wrong_secret(value, "the key has " + std::to_string(value.text.size()) +
                                       " bytes (expected 1 to 80)");
    else if (value.text == kHidden)
        reader.wrong_secret(value,
                            "this is what show running-config writes for a key (expected "
                            "the key itself, or password-file)");
    else
        return Secret(value.text);
    return std::nullopt;
}

void read_password_file(Reader& reader, const Node& neighbor_map, Neighbor& neighbor) {
    const auto* value = neighbor_map.find("password-file");
    if (!value || neighbor.password_file.empty()) return;
    const Reader::InKey in_key(reader, "password-file");
    const auto path = std::filesystem::path(reader.file()).parent_path() / neighbor.password_file;
    std::string error;
    auto content = reader.surroundings().read_file(path, error);
    if (!content) {
        reader.problem(*value, printable(path.string(), 300) + ": " + error +
                                   " (expected a file with the key)");
        return;
    }
    if (content->ends_with('\n')) content->pop_back();
    if (content->ends_with('\r')) content->pop_back();
    if (content->empty() || content->size() > Password::kLongest) {
        reader.problem(*value, "the key in " + printable(path.string(), 300) + " has " +
                                   std::to_string(content->size()) + " bytes (expected 1 to 80)");
        return;
    }
    if (content->find_first_of("\r\n") != std::string::npos) {
        reader.problem(*value, printable(path.string(), 300) +
                                   " has more than one line (expected the key alone)");
        return;
    }
    neighbor.password = Secret(*std::move(content));
}

std::optional<seconds> HoldTime::read(Reader& reader, const Node& value) {
    const auto hold = Duration<seconds, 0, 65'535'000>::read(reader, value);
    if (!hold || *hold == seconds(0) || *hold >= seconds(3)) return hold;
    reader.wrong(value, "possible as a hold time", "0, or 3s and more: RFC 4271 4.2");
    return std::nullopt;
}

std::optional<Shutdown> ShutdownKind::read(Reader& reader, const Node& value) {
    static constexpr std::string_view kExpected = "true | false | a text of at most 255 bytes";
    const auto* text = reader.text(value, kExpected);
    if (!text) return std::nullopt;
    if (const auto flag = Flag::parse(*text)) return Shutdown{*flag, ""};
    if (!text->empty() && text->size() <= kLongestMessage && is_one_line(*text))
        return Shutdown{true, *text};
    reader.wrong(value, "a shutdown communication (RFC 9003)", kExpected);
    return std::nullopt;
}

Node ShutdownKind::write(const Shutdown& value) {
    return value.message.empty() ? Flag::write(value.active) : Node::scalar(value.message);
}

std::optional<RoleSetting> RoleKind::read(Reader& reader, const Node& value) {
    RoleSetting setting;
    if (value.is_map()) {
        read_keys(reader, value, Keys<RoleSetting>(kRoleKeys), setting);
        return setting;
    }
    const auto role = RoleWord::read(reader, value);
    if (!role) return std::nullopt;
    setting.role = *role;
    return setting;
}

Node RoleKind::write(const RoleSetting& value) {
    if (!value.strict) return RoleWord::write(value.role);
    auto map = Node::map();
    map.add("role", RoleWord::write(value.role));
    map.add("strict", Flag::write(true));
    return map;
}

Schema RoleKind::schema() {
    return Schema::any_of({RoleWord::schema(), schema_of(Keys<RoleSetting>(kRoleKeys))});
}

std::optional<std::optional<Bfd>> BfdKind::read(Reader& reader, const Node& value) {
    const auto& timers = reader.config().bfd;
    if (value.is_map()) {
        BfdForm form{timers.interval, timers.multiplier, false};
        read_keys(reader, value, Keys<BfdForm>(kBfdKeys), form);
        return Bfd{{form.interval, form.multiplier}, form.strict};
    }
    const auto on = value.is_scalar() ? Flag::parse(value.text) : std::nullopt;
    if (!on) {
        reader.wrong(value, "known", "true | false | {interval: 300ms, multiplier: 3}");
        return std::nullopt;
    }
    return *on ? std::optional(Bfd{timers, false}) : std::nullopt;
}

Node BfdKind::write(const std::optional<Bfd>& value) {
    if (!value) return Flag::write(false);
    auto map = Node::map();
    map.add("interval", BfdInterval::write(value->timers.interval));
    map.add("multiplier", BfdMultiplier::write(value->timers.multiplier));
    if (value->strict) map.add("strict", Flag::write(true));
    return map;
}

Schema BfdKind::schema() {
    return Schema::any_of({Schema::boolean(), schema_of(Keys<BfdForm>(kBfdKeys))});
}

std::optional<GracefulRestart> GracefulRestartKind::read(Reader& reader, const Node& value) {
    GracefulRestart restart;
    if (value.is_map()) {
        read_keys(reader, value, Keys<GracefulRestart>(kRestartKeys), restart);
        return restart;
    }
    if (value.is_scalar() && Flag::parse(value.text) == false) return restart;
    const auto mode = RestartWord::read(reader, value);
    if (!mode) return std::nullopt;
    restart.mode = *mode;
    return restart;
}

Node GracefulRestartKind::write(const GracefulRestart& value) {
    GracefulRestart plain;
    plain.mode = value.mode;
    if (value == plain) return RestartWord::write(value.mode);
    auto map = Node::map();
    map.add("mode", RestartWord::write(value.mode));
    auto rest = write_keys(Keys<GracefulRestart>(kRestartKeys), value, plain);
    for (auto& entry : rest.entries)
        map.add(entry.key, std::move(entry.value));
    return map;
}

Schema GracefulRestartKind::schema() {
    return Schema::any_of(
        {RestartWord::schema(), Schema::no(), schema_of(Keys<GracefulRestart>(kRestartKeys))});
}

}  // namespace dx::config
