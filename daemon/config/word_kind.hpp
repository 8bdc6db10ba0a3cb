// The kind of values that are the words of an enumeration (see key.hpp).
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/reader.hpp"
#include "daemon/config/schema.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace dx::config {

// The words of an enumeration; the first for a value is the one written.
template <class E>
struct WordOf {
    std::string_view word;
    E value;
};

template <class E>
std::string_view word_for(std::span<const WordOf<E>> words, E value) {
    return std::ranges::find(words, value, &WordOf<E>::value)->word;
}

// The tables' names differ in all files: g++ 14 merges what is made of two that are called the
// same, internal linkage or not.
template <const auto& Words>
struct Word {
    using Value = decltype(Words[0].value);

    static std::vector<std::string_view> names() {
        std::vector<std::string_view> names;
        for (const auto& [word, value] : Words)
            names.push_back(word);
        return names;
    }

    static std::string expected() {
        std::string text;
        for (const auto name : names())
            text += (text.empty() ? "" : " | ") + std::string(name);
        return text;
    }

    static std::optional<Value> read(Reader& reader, const Node& value) {
        const auto* text = reader.text(value, expected());
        if (!text) return std::nullopt;
        for (const auto& [word, meaning] : Words)
            if (word == *text) return meaning;
        reader.unknown_name(value, "known", names(), expected());
        return std::nullopt;
    }

    static Node write(Value value) {
        return Node::scalar(std::string(word_for(std::span<const WordOf<Value>>(Words), value)));
    }

    static Schema schema() { return Schema::words(names()); }
};

}  // namespace dx::config
