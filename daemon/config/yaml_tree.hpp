// A YAML document as a tree of positions and texts, the form between the file and the Config in
// both directions. Scalars stay text: what `off` or `1.10` means is for the key to say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/config/diagnostic.hpp"

namespace dx::config {

struct Node {
    enum class Kind : std::uint8_t { Null, Scalar, List, Map };

    struct Entry;

    Kind kind = Kind::Null;
    Position at;
    std::string text;            // Scalar
    std::vector<Node> items;     // List
    std::vector<Entry> entries;  // Map; a key stands once

    static Node scalar(std::string text);
    static Node list(std::vector<Node> items);
    static Node map();

    bool is_scalar() const { return kind == Kind::Scalar; }

    bool is_list() const { return kind == Kind::List; }

    bool is_map() const { return kind == Kind::Map; }

    bool is_null() const { return kind == Kind::Null; }

    const Entry* find_entry(std::string_view key) const;
    const Node* find(std::string_view key) const;  // the value; null where there is none
    void add(std::string_view key, Node value);
};

struct Node::Entry {
    std::string key;
    Position key_at;
    Node value;
};

// What a mistake in the text itself is: no YAML, repeated keys, bytes that are not UTF-8, nesting
// or aliases without measure.
struct TextError {
    Position at;
    std::string text;
};

// The one document in `text`; none after a mistake that leaves nothing to go on with.
std::optional<Node> parse_yaml(std::string_view text, std::vector<TextError>& errors);

std::string to_yaml(const Node& root);

}  // namespace dx::config
