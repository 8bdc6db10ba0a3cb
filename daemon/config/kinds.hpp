// The kinds of values that keys have (see key.hpp): one type each.
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/config.hpp"
#include "daemon/config/reader.hpp"
#include "daemon/config/schema.hpp"
#include "daemon/config/word_kind.hpp"
#include "daemon/config/yaml_tree.hpp"
#include "libfib/text/duration.hpp"

namespace dx::config {

struct Flag {
    using Value = bool;

    static std::optional<bool> parse(std::string_view text);  // as YAML 1.1 writes it
    static std::optional<bool> read(Reader& reader, const Node& value);

    static Node write(bool value) { return Node::scalar(value ? "true" : "false"); }

    static Schema schema() { return Schema::boolean(); }
};

std::optional<std::uint64_t> parse_number(std::string_view text);

template <class T, std::uint64_t Min, std::uint64_t Max>
struct Number {
    using Value = T;

    static std::string expected() { return std::to_string(Min) + ".." + std::to_string(Max); }

    static std::optional<T> read(Reader& reader, const Node& value) {
        const auto number = value.is_scalar() ? parse_number(value.text) : std::nullopt;
        if (number && *number >= Min && *number <= Max) return static_cast<T>(*number);
        reader.wrong(value, number ? "in range" : "a number", expected());
        return std::nullopt;
    }

    static Node write(T value) { return Node::scalar(std::to_string(value)); }

    static Schema schema() { return Schema::number(Min, Max); }
};

// 1..4294967294, or asdot; AS_TRANS is nobody's (RFC 6793).
struct Asn {
    using Value = bgp::AsNumber;

    static std::optional<bgp::AsNumber> parse(std::string_view text);
    static std::optional<bgp::AsNumber> read(Reader& reader, const Node& value);

    static Node write(bgp::AsNumber value) { return Node::scalar(std::to_string(value)); }

    static Schema schema();
};

Schema duration_schema();  // of what text::parse_duration takes

struct DurationBounds {
    milliseconds min;
    milliseconds max;
    milliseconds step;  // the duration is a multiple of it
};

std::optional<milliseconds> read_duration(Reader& reader, const Node& value,
                                          const DurationBounds& bounds);

template <class Unit, std::int64_t MinMilliseconds, std::int64_t MaxMilliseconds>
struct Duration {
    using Value = Unit;

    static std::optional<Unit> read(Reader& reader, const Node& value) {
        const auto duration = read_duration(reader, value,
                                            {.min = milliseconds(MinMilliseconds),
                                             .max = milliseconds(MaxMilliseconds),
                                             .step = Unit(1)});
        if (!duration) return std::nullopt;
        return std::chrono::duration_cast<Unit>(*duration);
    }

    static Node write(Unit value) { return Node::scalar(text::duration_text(value)); }

    static Schema schema() { return duration_schema(); }
};

struct Address {
    using Value = net::IpAddress;

    static std::optional<net::IpAddress> read(Reader& reader, const Node& value);

    static Node write(const net::IpAddress& value) { return Node::scalar(value.to_string()); }

    static Schema schema() { return Schema::text(); }
};

// One that a host can have.
struct HostAddress {
    using Value = net::IpAddress;

    static std::optional<net::IpAddress> read(Reader& reader, const Node& value);

    static Node write(const net::IpAddress& value) { return Address::write(value); }

    static Schema schema() { return Address::schema(); }
};

template <net::Family F>
struct AddressOf {
    using Value = net::IpAddress;

    static std::optional<net::IpAddress> read(Reader& reader, const Node& value) {
        const auto address = HostAddress::read(reader, value);
        if (!address || address->family() == F) return address;
        static constexpr bool kV4 = F == net::Family::Ipv4;
        reader.wrong(value, kV4 ? "an IPv4 address" : "an IPv6 address",
                     kV4 ? "one as 10.0.0.1" : "one as 2001:db8::1");
        return std::nullopt;
    }

    static Node write(const net::IpAddress& value) { return Address::write(value); }

    static Schema schema() { return Address::schema(); }
};

struct RouterIdKind {
    using Value = bgp::RouterId;

    static std::optional<bgp::RouterId> read(Reader& reader, const Node& value);

    static Node write(bgp::RouterId value) {
        return Node::scalar(net::IpAddress::v4(value.value).to_string());
    }

    static Schema schema() { return Schema::text(); }
};

struct PrefixKind {
    using Value = net::Prefix;

    static std::optional<net::Prefix> read(Reader& reader, const Node& value);

    static Node write(const net::Prefix& value) { return Node::scalar(value.to_string()); }

    static Schema schema() { return Schema::text("^[0-9a-fA-F.:]+/[0-9]+$"); }
};

struct InterfaceName {
    using Value = std::string;

    static std::optional<std::string> read(Reader& reader, const Node& value);

    static Node write(const std::string& value) { return Node::scalar(value); }

    static Schema schema() { return Schema::text("^[^\\\\s/]{1,15}$"); }
};

// ADDRESS:PORT, [IPV6]:PORT.
struct EndpointKind {
    using Value = Endpoint;

    static std::optional<Endpoint> read(Reader& reader, const Node& value);
    static Node write(const Endpoint& value);

    static Schema schema() { return Schema::text(); }
};

// Letters, digits and . _ - : %
bool is_word(std::string_view text);

// A text of Min to Max bytes without control characters.
bool is_one_line(std::string_view text);

template <std::size_t Min, std::size_t Max>
struct Text {
    using Value = std::string;

    static std::optional<std::string> read(Reader& reader, const Node& value) {
        const auto expected =
            "one line of " + std::to_string(Min) + " to " + std::to_string(Max) + " bytes";
        const auto* text = reader.text(value, expected);
        if (!text) return std::nullopt;
        if (text->size() >= Min && text->size() <= Max && is_one_line(*text)) return *text;
        reader.wrong(value, "a text", expected);
        return std::nullopt;
    }

    static Node write(const std::string& value) { return Node::scalar(value); }

    static Schema schema() { return Schema::text(); }
};

// A list; a single value stands for a list of one. Every bad item is reported.
template <class Kind>
struct ListOf {
    using Value = std::vector<typename Kind::Value>;

    static std::optional<Value> read(Reader& reader, const Node& value) {
        Value all;
        bool good = true;
        const auto add = [&](const Node& item) {
            auto one = Kind::read(reader, item);
            good = good && one;
            if (one) all.push_back(*std::move(one));
        };
        if (value.is_list())
            std::ranges::for_each(value.items, add);
        else if (!value.is_null())
            add(value);
        return good ? std::optional(std::move(all)) : std::nullopt;
    }

    static Node write(const Value& value) {
        std::vector<Node> items;
        for (const auto& item : value)
            items.push_back(Kind::write(item));
        return Node::list(std::move(items));
    }

    static Schema schema() {
        return Schema::any_of({Kind::schema(), Schema::list(Kind::schema())});
    }
};

struct FamiliesKind {
    using Value = bgp::Families;

    static std::optional<bgp::Families> read(Reader& reader, const Node& value);
    static Node write(bgp::Families value);
    static Schema schema();
};

// The name of a policy that is defined, or of a built-in one.
struct PolicyName {
    using Value = bgp::PolicyPtr;

    static std::optional<bgp::PolicyPtr> read(Reader& reader, const Node& value);

    static Node write(const bgp::PolicyPtr& value) {
        return Node::scalar(value ? value->name() : "none");
    }

    static Schema schema() { return Schema::text(); }
};

}  // namespace dx::config
