// The kinds of values that only neighbors have (see key.hpp).
#pragma once

#include <optional>
#include <string>

#include "daemon/config/config.hpp"
#include "daemon/config/key.hpp"
#include "daemon/config/kinds.hpp"

namespace dx::config {

// What `dxctl` takes as one word for a neighbor.
struct NeighborName {
    using Value = std::string;

    static std::optional<std::string> read(Reader& reader, const Node& value);

    static Node write(const std::string& value) { return Node::scalar(value); }

    static Schema schema() { return Schema::text("^[A-Za-z0-9_.:%-]{1,64}$"); }
};

// Never shown, and never repeated in a message.
struct Password {
    using Value = Secret;

    static constexpr std::size_t kLongest = 80;  // TCP_MD5SIG_MAXKEYLEN
    static constexpr std::string_view kHidden = "<hidden>";

    static std::optional<Secret> read(Reader& reader, const Node& value);

    static Node write(const Secret&) { return Node::scalar(std::string(kHidden)); }

    static Schema schema() { return Schema::text(); }
};

// Fills in the key from `password-file`, if there is one.
void read_password_file(Reader& reader, const Node& neighbor_map, Neighbor& neighbor);

// 0, or 3 s and more (RFC 4271 4.2).
struct HoldTime {
    using Value = seconds;

    static std::optional<seconds> read(Reader& reader, const Node& value);

    static Node write(seconds value) { return Node::scalar(text::duration_text(value)); }

    static Schema schema() { return duration_schema(); }
};

// false | true | a text for the other side (RFC 9003).
struct ShutdownKind {
    using Value = Shutdown;

    static std::optional<Shutdown> read(Reader& reader, const Node& value);
    static Node write(const Shutdown& value);

    static Schema schema() { return Schema::any_of({Schema::boolean(), Schema::text()}); }
};

// A role, or {role: ROLE, strict: true}.
struct RoleKind {
    using Value = RoleSetting;

    static std::optional<RoleSetting> read(Reader& reader, const Node& value);
    static Node write(const RoleSetting& value);
    static Schema schema();
};

// true | false | {interval: …, multiplier: …, strict: …}; what is not said is as under `bfd`.
struct BfdKind {
    using Value = std::optional<Bfd>;

    static std::optional<std::optional<Bfd>> read(Reader& reader, const Node& value);
    static Node write(const std::optional<Bfd>& value);
    static Schema schema();
};

// off | helper | full | {mode: …, force: …, restart-time: …, …}
struct GracefulRestartKind {
    using Value = GracefulRestart;

    static std::optional<GracefulRestart> read(Reader& reader, const Node& value);
    static Node write(const GracefulRestart& value);
    static Schema schema();
};

template <class Limit>
Keys<Limit> keys_of_limit();

// A number | none | {max: …, …}
template <class Limit>
struct OneLimit {
    using Value = std::optional<Limit>;
    using Max = Number<std::uint32_t, 1, UINT32_MAX>;

    static std::optional<Value> read(Reader& reader, const Node& value) {
        if (value.is_scalar() && value.text == "none") return Value();
        Limit limit;
        if (value.is_map()) {
            read_keys(reader, value, keys_of_limit<Limit>(), limit);
            return limit;
        }
        const auto number = value.is_scalar() ? parse_number(value.text) : std::nullopt;
        if (!number || *number < 1 || *number > UINT32_MAX) {
            reader.wrong(value, number ? "in range" : "a limit",
                         "a number from 1, none, or {max: NUMBER, …}");
            return std::nullopt;
        }
        limit.max = static_cast<std::uint32_t>(*number);
        return limit;
    }

    static Node write(const Value& value) {
        if (!value) return Node::scalar("none");
        Limit plain;
        plain.max = value->max;
        if (*value == plain) return Node::scalar(std::to_string(value->max));
        return write_keys(keys_of_limit<Limit>(), *value, Limit());
    }

    static Schema schema() {
        return Schema::any_of(
            {Max::schema(), Schema::words({"none"}), schema_of(keys_of_limit<Limit>())});
    }
};

// One limit for each family, or {ipv4: …, ipv6: …}.
template <class Limit>
struct LimitPerFamily {
    using Value = PerFamily<std::optional<Limit>>;

    static constexpr Key<Value> kKeys[] = {key<&Value::ipv4, OneLimit<Limit>>("ipv4"),
                                           key<&Value::ipv6, OneLimit<Limit>>("ipv6")};

    static void read_into(Reader& reader, const Node& value, Value& limits) {
        if (value.find("ipv4") || value.find("ipv6"))
            read_keys(reader, value, Keys<Value>(kKeys), limits);
        else if (const auto both = OneLimit<Limit>::read(reader, value))
            limits = {*both, *both};
    }

    static Node write(const Value& value) {
        if (value.ipv4 == value.ipv6) return OneLimit<Limit>::write(value.ipv4);
        auto map = Node::map();
        map.add("ipv4", OneLimit<Limit>::write(value.ipv4));
        map.add("ipv6", OneLimit<Limit>::write(value.ipv6));
        return map;
    }

    static Schema schema() {
        return Schema::any_of({OneLimit<Limit>::schema(), schema_of(Keys<Value>(kKeys))});
    }
};

}  // namespace dx::config
