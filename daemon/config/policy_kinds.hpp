// The kinds of values that only rules of policies have (see key.hpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/config/key.hpp"
#include "daemon/config/kinds.hpp"
#include "daemon/config/set_keys.hpp"

namespace dx::config {

// 100 | 100-200 | ge 100 | le 200 | ge 100 le 200
struct RangeKind {
    using Value = bgp::NumberRange;

    static std::optional<bgp::NumberRange> read(Reader& reader, const Node& value);
    static Node write(const bgp::NumberRange& value);
    static Schema schema();
};

// Neighbors by name or address, and `local` for routes of our own.
struct NeighborMatchKind {
    using Value = bgp::NeighborMatch;

    static std::optional<bgp::NeighborMatch> read(Reader& reader, const Node& value);
    static Node write(const bgp::NeighborMatch& value);

    static Schema schema() { return ListOf<Address>::schema(); }
};

// A set to find one of, or {any | all | exact | none: SET}.
inline constexpr WordOf<bgp::Quantifier> kQuantifierWords[] = {{"any", bgp::Quantifier::Any},
                                                               {"all", bgp::Quantifier::All},
                                                               {"exact", bgp::Quantifier::Exact},
                                                               {"none", bgp::Quantifier::None}};

template <class C>
struct CommunityMatchKind {
    using Value = bgp::CommunityMatch<C>;
    using Ref = CommunitySetRef<C>;

    static std::optional<Value> read(Reader& reader, const Node& value) {
        auto quantifier = bgp::Quantifier::Any;
        const auto* set = &value;
        if (value.is_map()) {
            const auto names = Word<kQuantifierWords>::names();
            check_names(reader, value, names, {});
            if (value.entries.size() != 1) {
                reader.wrong(value, "", "one of any, all, exact, none: SET");
                return std::nullopt;
            }
            const auto& entry = value.entries.front();
            const auto word =
                std::ranges::find(kQuantifierWords, entry.key, &WordOf<bgp::Quantifier>::word);
            if (word == std::end(kQuantifierWords)) return std::nullopt;
            quantifier = word->value;
            set = &entry.value;
        }
        const auto read = Ref::read(reader, *set);
        if (!read) return std::nullopt;
        return Value{quantifier, *read};
    }

    static Node write(const Value& value) {
        auto map = Node::map();
        map.add(
            word_for(std::span<const WordOf<bgp::Quantifier>>(kQuantifierWords), value.quantifier),
            Ref::write(value.set));
        return map;
    }

    static Schema schema() {
        std::vector<Schema::Property> properties;
        for (const auto name : Word<kQuantifierWords>::names())
            properties.push_back({name, Ref::schema()});
        return Schema::any_of({Ref::schema(), Schema::mapping(properties)});
    }
};

// 50 | +10 | -10 | none
struct MedKind {
    using Value = bgp::MedChange;

    static std::optional<bgp::MedChange> read(Reader& reader, const Node& value);
    static Node write(const bgp::MedChange& value);
    static Schema schema();
};

// How often our own AS number, or which numbers in this order.
struct PrependKind {
    using Value = std::vector<bgp::AsNumber>;

    static std::optional<Value> read(Reader& reader, const Node& value);

    static Node write(const Value& value) { return ListOf<Asn>::write(value); }

    static Schema schema();
};

template <class C>
struct CommunityKind {
    using Value = C;

    static std::optional<C> read(Reader& reader, const Node& value) {
        const auto pattern = CommunityPatternKind<C>::read(reader, value);
        if (!pattern || pattern->exact()) return pattern ? pattern->exact() : std::nullopt;
        reader.wrong(value, "one community", "one without *");
        return std::nullopt;
    }

    static Node write(C value) { return Node::scalar(to_string(value)); }

    static Schema schema() { return Schema::text(); }
};

// Communities that replace all others, or {set: …, add: …, remove: …}.
template <class C>
struct CommunityChangeKind {
    using Value = bgp::CommunityChange<C>;
    using List = ListOf<CommunityKind<C>>;

    static constexpr Key<Value> kKeys[] = {
        key<&Value::replace, List>("set"),
        key<&Value::add, List>("add"),
        key<&Value::remove, CommunitySetRef<C>>("remove"),
    };

    static std::optional<Value> read(Reader& reader, const Node& value) {
        Value change;
        if (value.is_map())
            read_keys(reader, value, Keys<Value>(kKeys), change);
        else if (auto all = List::read(reader, value))
            change.replace = *std::move(all);
        return change;
    }

    static Node write(const Value& value) { return write_keys(Keys<Value>(kKeys), value, Value()); }

    static Schema schema() {
        return Schema::any_of({List::schema(), schema_of(Keys<Value>(kKeys))});
    }
};

}  // namespace dx::config
