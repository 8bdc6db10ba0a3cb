#include "daemon/config/schema.hpp"

#include <cstdint>

namespace dx::config {
namespace {

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

void append(std::string& list, const std::string& item) {
    if (!list.empty()) list += ',';
    list += item;
}

}  // namespace

Schema Schema::no() {
    return Schema(R"({"const":false})");
}

Schema Schema::boolean() {
    return Schema(R"({"type":"boolean"})");
}

Schema Schema::text(std::string_view pattern) {
    if (pattern.empty()) return Schema(R"({"type":"string"})");
    return Schema(R"({"type":"string","pattern":)" + quoted(pattern) + "}");
}

Schema Schema::decimal() {
    return Schema(R"({"type":"number"})");
}

Schema Schema::number(std::uint64_t min, std::uint64_t max) {
    return Schema(R"({"type":"integer","minimum":)" + std::to_string(min) + R"(,"maximum":)" +
                  std::to_string(max) + "}");
}

Schema Schema::words(const std::vector<std::string_view>& words) {
    std::string list;
    for (const auto word : words)
        append(list, quoted(word));
    return Schema(R"({"enum":[)" + list + "]}");
}

Schema Schema::list(const Schema& items) {
    return Schema(R"({"type":"array","items":)" + items.json() + "}");
}

Schema Schema::any_of(const std::vector<Schema>& choices) {
    std::string list;
    for (const auto& choice : choices)
        append(list, choice.json());
    return Schema(R"({"anyOf":[)" + list + "]}");
}

Schema Schema::mapping(const std::vector<Property>& properties) {
    std::string all, required;
    for (const auto& property : properties) {
        append(all, quoted(property.name) + ":" + property.schema.json());
        if (property.required) append(required, quoted(property.name));
    }
    return Schema(R"({"type":["object","null"],"additionalProperties":false,)" +
                  (required.empty() ? "" : R"("required":[)" + required + "],") +
                  R"("properties":{)" + all + "}}");
}

Schema Schema::named(const Schema& values) {
    return Schema(R"({"type":["object","null"],"additionalProperties":)" + values.json() + "}");
}

std::string pretty(const Schema& schema) {
    const auto json = R"({"$schema":"http://json-schema.org/draft-07/schema#",)"
                      R"("title":"The configuration of dxrouted",)" +
                      schema.json().substr(1);
    std::string out;
    int depth = 0;
    bool in_text = false;
    const auto line = [&] { out += "\n" + std::string(static_cast<std::size_t>(depth) * 2, ' '); };
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (c == '"' && (i == 0 || json[i - 1] != '\\')) in_text = !in_text;
        if (in_text) {
            out += c;
        } else if (c == '{' || c == '[') {
            out += c;
            ++depth;
            line();
        } else if (c == '}' || c == ']') {
            --depth;
            line();
            out += c;
        } else {
            out += c;
            if (c == ':') out += ' ';
            if (c == ',') line();
        }
    }
    return out + "\n";
}

}  // namespace dx::config
