// The named sets, and how rules refer to them. A set is known by its name, or written in place.
#pragma once

#include <functional>
#include <string>

#include "daemon/config/kinds.hpp"
#include "daemon/config/printable.hpp"

namespace dx::config {

// Reads a mapping from names to values; the names must be words that begin with a letter or digit.
void read_named(Reader& reader, const Node& map, std::string_view what,
                const std::function<void(const std::string& name, const Node& value)>& read);

struct PrefixPatternKind {
    using Value = bgp::PrefixPattern;

    static std::optional<bgp::PrefixPattern> read(Reader& reader, const Node& value);

    static Node write(const bgp::PrefixPattern& value) { return Node::scalar(value.to_string()); }

    static Schema schema() { return Schema::text(); }
};

struct AsPathExpressionKind {
    using Value = bgp::AsPathExpression;

    static std::optional<bgp::AsPathExpression> read(Reader& reader, const Node& value);

    static Node write(const bgp::AsPathExpression& value) { return Node::scalar(value.text()); }

    static Schema schema() { return Schema::text(); }
};

template <class C>
struct CommunityPatternKind {
    using Value = bgp::CommunityPattern<C>;

    static std::optional<Value> read(Reader& reader, const Node& value) {
        const auto* text = reader.text(value, "a community");
        if (!text) return std::nullopt;
        auto pattern = Value::parse(*text);
        if (pattern) return *std::move(pattern);
        reader.problem(value, printable(pattern.error(), 300));
        return std::nullopt;
    }

    static Node write(const Value& value) { return Node::scalar(value.to_string()); }

    static Schema schema() { return Schema::text(); }
};

// The sets of a Config, each under its key.
struct PrefixSetsKind {
    using Value = std::map<std::string, bgp::PrefixSetPtr>;

    static std::optional<Value> read(Reader& reader, const Node& value);
    static Node write(const Value& value);
    static Schema schema();
};

struct AsPathSetsKind {
    using Value = std::map<std::string, bgp::AsPathSetPtr>;

    static std::optional<Value> read(Reader& reader, const Node& value);
    static Node write(const Value& value);
    static Schema schema();
};

struct CommunitySetsKind {
    using Value = std::map<std::string, CommunitySetPtr>;

    static std::optional<Value> read(Reader& reader, const Node& value);
    static Node write(const Value& value);
    static Schema schema();
};

// NAME, PATTERN, or a list of both; a name alone shares the named set.
struct PrefixSetRef {
    using Value = bgp::PrefixSetPtr;

    static std::optional<bgp::PrefixSetPtr> read(Reader& reader, const Node& value);
    static Node write(const bgp::PrefixSetPtr& value);

    static Schema schema() { return ListOf<PrefixPatternKind>::schema(); }
};

struct AsPathSetRef {
    using Value = bgp::AsPathSetPtr;

    static std::optional<bgp::AsPathSetPtr> read(Reader& reader, const Node& value);
    static Node write(const bgp::AsPathSetPtr& value);

    static Schema schema() { return ListOf<AsPathExpressionKind>::schema(); }
};

template <class C>
struct CommunitySetRef {
    using Value = bgp::CommunitySetPtr<C>;

    static std::optional<Value> read(Reader& reader, const Node& value);
    static Node write(const Value& value);

    static Schema schema() { return ListOf<CommunityPatternKind<C>>::schema(); }
};

}  // namespace dx::config
