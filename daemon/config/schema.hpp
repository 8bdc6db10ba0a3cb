// JSON Schema (draft 7), as far as a configuration needs it: built by the tables of keys.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dx::config {

// One schema as JSON text.
class Schema {
public:
    struct Property;

    static Schema boolean();
    static Schema no();  // `false` alone
    static Schema text(std::string_view pattern = {});
    static Schema decimal();
    static Schema number(std::uint64_t min, std::uint64_t max);
    static Schema words(const std::vector<std::string_view>& words);
    static Schema list(const Schema& items);
    static Schema any_of(const std::vector<Schema>& choices);
    static Schema mapping(const std::vector<Property>& properties);
    static Schema named(const Schema& values);  // a mapping with any keys

    const std::string& json() const { return json_; }

private:
    explicit Schema(std::string json) : json_(std::move(json)) {}

    std::string json_;
};

struct Schema::Property {
    std::string_view name;
    Schema schema;
    bool required = false;
};

// The whole document, indented for people; `schema` is a mapping.
std::string pretty(const Schema& schema);

}  // namespace dx::config
