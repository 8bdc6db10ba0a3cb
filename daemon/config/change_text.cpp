#include "daemon/config/change_text.hpp"

#include <algorithm>

namespace dx::config {

std::string flow_text(const Node& node) {
    std::string text;
    const auto add = [&](const std::string& piece) { text += (text.empty() ? "" : ", ") + piece; };
    switch (node.kind) {
        case Node::Kind::Null: return "null";
        case Node::Kind::Scalar: return node.text;
        case Node::Kind::List:
            for (const auto& item : node.items)
                add(flow_text(item));
            return "[" + text + "]";
        case Node::Kind::Map: break;
    }
    for (const auto& entry : node.entries)
        add(entry.key + ": " + flow_text(entry.value));
    return "{" + text + "}";
}

std::vector<std::string> items_missing(const Node& of, const Node& among) {
    std::vector<std::string> there, missing;
    for (const auto& item : among.items)
        there.push_back(flow_text(item));
    for (const auto& item : of.items)
        if (auto text = flow_text(item); std::ranges::find(there, text) == there.end())
            missing.push_back(std::move(text));
    return missing;
}

}  // namespace dx::config
