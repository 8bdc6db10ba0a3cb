// One key of a mapping is one row of a table: its name, what a change of it does, and a *kind*
// that knows how its value is read, written and described. Loading, near matches, `show
// running-config`, the diff and the JSON Schema all come from the same row.
//
// A kind is a type with
//   using Value = …;
//   static std::optional<Value> read(Reader&, const Node&);   // none: the Reader was told why
//     (or read_into(Reader&, const Node&, Value&) where what is not said keeps its default)
//   static Node write(const Value&);
//   static Schema schema();
#pragma once

#include <algorithm>
#include <concepts>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "daemon/config/diff.hpp"
#include "daemon/config/reader.hpp"
#include "daemon/config/schema.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace dx::config {

struct Difference {
    std::string key;
    Effect effect{};
    std::optional<Node> before, after;  // as `show running-config` has them; none: nothing is said
};

template <class Owner>
struct Key {
    using Differs = std::vector<Difference>;

    std::string_view name;
    Effect effect;
    void (*read)(Reader&, const Node&, Owner&);
    // None: as in `defaults`, and so not worth saying.
    std::optional<Node> (*write)(const Owner&, const Owner& defaults);
    // Appends the names of the keys at or below this one whose values differ.
    void (*diff)(const Key& key, const Owner& old, const Owner& now, Differs& out);
    Schema (*schema)();
    bool required = false;
};

template <class Owner>
using Keys = std::span<const Key<Owner>>;

template <auto Member>
struct MemberOf;

template <class OwnerType, class ValueType, ValueType OwnerType::* Member>
struct MemberOf<Member> {
    using Owner = OwnerType;
    using Value = ValueType;
};

template <class T>
constexpr bool kIsOptional = false;
template <class T>
constexpr bool kIsOptional<std::optional<T>> = true;

// Whether two values say the same; what is held by pointer is compared by content.
template <class T>
bool same(const T& a, const T& b) {
    return a == b;
}

template <class T>
bool same(const std::shared_ptr<const T>& a, const std::shared_ptr<const T>& b) {
    return a == b || (a && b && *a == *b);
}

template <class... Ts>
bool same(const std::variant<Ts...>& a, const std::variant<Ts...>& b) {
    return a.index() == b.index() && std::visit(
                                         [&b](const auto& held) {
                                             using Held = std::remove_cvref_t<decltype(held)>;
                                             return same(held, std::get<Held>(b));
                                         },
                                         a);
}

template <class T>
bool same(const std::map<std::string, T>& a, const std::map<std::string, T>& b) {
    return std::ranges::equal(a, b, [](const auto& x, const auto& y) {
        return x.first == y.first && same(x.second, y.second);
    });
}

template <class Kind, class T>
std::optional<Node> written(const T& value) {
    if constexpr (kIsOptional<T> && !kIsOptional<typename Kind::Value>) {
        if (!value) return std::nullopt;
        return Kind::write(*value);
    } else {
        return Kind::write(value);
    }
}

// One of the values by name, as its Kind writes all of them.
template <class Kind, class T>
std::optional<Node> written_of(const std::map<std::string, T>& values, const std::string& name) {
    const auto found = values.find(name);
    if (found == values.end()) return std::nullopt;
    return std::move(Kind::write({{name, found->second}}).entries.front().value);
}

// The key itself; of values by name, the names: "policies.to-aws".
template <class Kind, class Owner, class T>
void append_differs(const Key<Owner>& key, const T& old, const T& now,
                    typename Key<Owner>::Differs& out) {
    if (!same(old, now))
        out.push_back({std::string(key.name), key.effect, written<Kind>(old), written<Kind>(now)});
}

template <class Kind, class Owner, class T>
void append_differs(const Key<Owner>& key, const std::map<std::string, T>& old,
                    const std::map<std::string, T>& now, typename Key<Owner>::Differs& out) {
    const auto append = [&](const std::string& name) {
        out.push_back({std::string(key.name) + "." + name, key.effect, written_of<Kind>(old, name),
                       written_of<Kind>(now, name)});
    };
    for (const auto& [name, value] : old)
        if (const auto other = now.find(name); other == now.end() || !same(value, other->second))
            append(name);
    for (const auto& [name, value] : now)
        if (!old.contains(name)) append(name);
}

// A key whose value is one member.
template <auto Member, class Kind>
constexpr auto key(std::string_view name, Effect effect = Effect::Live, bool required = false) {
    using Owner = typename MemberOf<Member>::Owner;
    return Key<Owner>{
        .name = name,
        .effect = effect,
        .read =
            [](Reader& reader, const Node& value, Owner& owner) {
                if constexpr (requires { Kind::read_into(reader, value, owner.*Member); })
                    Kind::read_into(reader, value, owner.*Member);
                else if (auto read = Kind::read(reader, value))
                    owner.*Member = *std::move(read);
            },
        .write = [](const Owner& owner, const Owner& defaults) -> std::optional<Node> {
            if (same(owner.*Member, defaults.*Member)) return std::nullopt;
            return written<Kind>(owner.*Member);
        },
        .diff =
            [](const Key<Owner>& self, const Owner& old, const Owner& now,
               typename Key<Owner>::Differs& out) {
                append_differs<Kind>(self, old.*Member, now.*Member, out);
            },
        .schema = &Kind::schema,
        .required = required,
    };
}

template <class Owner>
void read_keys(Reader& reader, const Node& map, Keys<Owner> keys, Owner& owner);

template <class Owner>
Node write_keys(Keys<Owner> keys, const Owner& owner, const Owner& defaults) {
    auto map = Node::map();
    for (const auto& key : keys)
        if (auto value = key.write(owner, defaults)) map.add(key.name, std::move(*value));
    return map;
}

template <class Owner>
void diff_keys(Keys<Owner> keys, const Owner& old, const Owner& now,
               typename Key<Owner>::Differs& out) {
    for (const auto& key : keys)
        key.diff(key, old, now, out);
}

template <class Owner>
Schema schema_of(Keys<Owner> keys) {
    std::vector<Schema::Property> properties;
    for (const auto& key : keys)
        properties.push_back({key.name, key.schema(), key.required});
    return Schema::mapping(std::move(properties));
}

// A key whose value is a mapping with a table of its own; `Table` is a function that gives it.
template <auto Member, auto Table>
constexpr auto section(std::string_view name, bool required = false) {
    using Owner = typename MemberOf<Member>::Owner;
    return Key<Owner>{
        .name = name,
        .effect = Effect::Live,  // each key inside has its own
        .read = [](Reader& reader, const Node& value,
                   Owner& owner) { read_keys(reader, value, Table(), owner.*Member); },
        .write = [](const Owner& owner, const Owner& defaults) -> std::optional<Node> {
            auto map = write_keys(Table(), owner.*Member, defaults.*Member);
            if (map.entries.empty()) return std::nullopt;
            return map;
        },
        .diff =
            [](const Key<Owner>& self, const Owner& old, const Owner& now,
               typename Key<Owner>::Differs& out) {
                typename Key<typename MemberOf<Member>::Value>::Differs inside;
                diff_keys(Table(), old.*Member, now.*Member, inside);
                for (auto& differs : inside) {
                    differs.key = std::string(self.name) + "." + differs.key;
                    out.push_back(std::move(differs));
                }
            },
        .schema = [] { return schema_of(Table()); },
        .required = required,
    };
}

// What read_keys says of the keys that it does not know and of required ones that are missing.
void check_names(Reader& reader, const Node& map, std::span<const std::string_view> known,
                 std::span<const std::string_view> required);

// A mapping, or nothing at all as an empty one; else an error and false.
bool expect_map(Reader& reader, const Node& value, std::span<const std::string_view> keys);

template <class Owner>
void read_keys(Reader& reader, const Node& map, Keys<Owner> keys, Owner& owner) {
    std::vector<std::string_view> known, required;
    for (const auto& key : keys) {
        known.push_back(key.name);
        if (key.required) required.push_back(key.name);
    }
    if (!expect_map(reader, map, known)) return;
    check_names(reader, map, known, required);
    for (const auto& key : keys) {
        const auto* entry = map.find_entry(key.name);
        if (!entry) continue;
        const Reader::InKey in_key(reader, key.name);
        key.read(reader, entry->value, owner);
    }
}

}  // namespace dx::config
