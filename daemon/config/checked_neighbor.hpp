// A neighbor as its checks see it, and how they say what is wrong.
#pragma once

#include <string>
#include <string_view>

#include "daemon/config/config.hpp"
#include "daemon/config/profile.hpp"
#include "daemon/config/reader.hpp"
#include "daemon/config/yaml_tree.hpp"

namespace dx::config {

struct Checked {
    Reader& reader;
    const Node& map;
    const Neighbor& neighbor;

    bool says(std::string_view key) const { return map.find(key) != nullptr; }

    Position at(std::string_view key) const {
        const auto* entry = map.find_entry(key);
        return entry ? entry->value.at : map.at;
    }

    void error(std::string_view key, const std::string& text) const {
        reader.error(at(key), std::string(key) + ": " + text);
    }

    void warning(std::string_view key, const std::string& text) const {
        reader.warning(at(key), std::string(key) + ": " + text);
    }

    bool aws() const { return neighbor.profile != Profile::None; }

    bool direct_connect() const { return aws() && neighbor.profile != Profile::AwsVpn; }

    std::string profile() const { return std::string(to_string(neighbor.profile)); }
};

}  // namespace dx::config
