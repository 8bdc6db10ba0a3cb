#include "cli/import/ios_settings.hpp"

#include <algorithm>
#include <utility>

namespace dx::importing {
namespace {

using Map = std::vector<std::pair<std::string, Texts>>;

bool has_key(const Map& map, std::string_view key) {
    return std::ranges::find(map, key, &Map::value_type::first) != map.end();
}

void merge(Map& old, const Map& more) {
    if (has_key(more, "set")) old.clear();
    for (const auto& [key, items] : more) {
        const auto same = std::ranges::find(old, key, &Map::value_type::first);
        if (same == old.end())
            old.emplace_back(key, items);
        else if (key == "add")
            same->second.insert(same->second.end(), items.begin(), items.end());
        else
            same->second = items;
    }
}

}  // namespace

bool has(const std::vector<Setting>& settings, std::string_view key) {
    return std::ranges::find(settings, key, &Setting::key) != settings.end();
}

void put(std::vector<Setting>& settings, Setting setting) {
    const auto same = std::ranges::find(settings, setting.key, &Setting::key);
    if (same == settings.end()) return settings.push_back(std::move(setting));
    auto* const old = std::get_if<Map>(&same->value);
    const auto* const more = std::get_if<Map>(&setting.value);
    if (old && more)
        merge(*old, *more);
    else
        same->value = std::move(setting.value);
}

bool removes_after_adding(const std::vector<Setting>& settings, const Setting& setting) {
    const auto same = std::ranges::find(settings, setting.key, &Setting::key);
    if (same == settings.end()) return false;
    const auto* const old = std::get_if<Map>(&same->value);
    const auto* const more = std::get_if<Map>(&setting.value);
    return old && more && has_key(*old, "add") && has_key(*more, "remove");
}

}  // namespace dx::importing
