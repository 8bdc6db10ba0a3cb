#include <algorithm>

#include <yaml-cpp/yaml.h>

#include "daemon/config/yaml_tree.hpp"

namespace dx::config {
namespace {

void emit(YAML::Emitter& out, const Node& node, bool top) {
    switch (node.kind) {
        case Node::Kind::Null: out << YAML::Null; return;
        case Node::Kind::Scalar:
            // To YAML 1.1, 65000:1 is a number to the base of 60.
            if (node.text.find(':') != std::string::npos) out << YAML::DoubleQuoted;
            out << node.text;
            return;
        case Node::Kind::List: {
            const bool flow =
                std::ranges::all_of(node.items, [](const Node& item) { return item.is_scalar(); });
            if (flow && !top) out << YAML::Flow;
            out << YAML::BeginSeq;
            for (const auto& item : node.items)
                emit(out, item, false);
            out << YAML::EndSeq;
            return;
        }
        case Node::Kind::Map:
            out << YAML::BeginMap;
            for (const auto& entry : node.entries) {
                out << YAML::Key << entry.key << YAML::Value;
                emit(out, entry.value, false);
            }
            out << YAML::EndMap;
    }
}

}  // namespace

Node Node::scalar(std::string text) {
    Node node;
    node.kind = Kind::Scalar;
    node.text = std::move(text);
    return node;
}

Node Node::list(std::vector<Node> items) {
    Node node;
    node.kind = Kind::List;
    node.items = std::move(items);
    return node;
}

Node Node::map() {
    Node node;
    node.kind = Kind::Map;
    return node;
}

const Node::Entry* Node::find_entry(std::string_view key) const {
    const auto entry = std::ranges::find(entries, key, &Entry::key);
    return entry == entries.end() ? nullptr : &*entry;
}

const Node* Node::find(std::string_view key) const {
    const auto* entry = find_entry(key);
    return entry ? &entry->value : nullptr;
}

void Node::add(std::string_view key, Node value) {
    entries.push_back({std::string(key), {}, std::move(value)});
}

std::string to_yaml(const Node& root) {
    YAML::Emitter out;
    emit(out, root, true);
    return std::string(out.c_str()) + "\n";
}

}  // namespace dx::config
