// Lists in which nothing may stand twice.
#pragma once

#include <functional>
#include <map>
#include <type_traits>
#include <vector>

#include "daemon/config/reader.hpp"

namespace dx::config {

// Reports each of a list's values whose key was there before; the key has a to_string().
template <typename Value, typename KeyOf>
void expect_each_once(Reader& reader, const Node& list, const std::vector<Value>& values,
                      KeyOf key_of) {
    if (!list.is_list()) return;
    std::map<std::decay_t<std::invoke_result_t<KeyOf, const Value&>>, int> lines;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& item = list.items[i];
        const auto [first, is_new] =
            lines.try_emplace(std::invoke(key_of, values[i]), item.at.line);
        if (!is_new) reader.repeated(item, "'" + first->first.to_string() + "'", first->second);
    }
}

}  // namespace dx::config
