#include "cli/import/json_member.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "cli/import/numbers.hpp"

namespace dx::importing {

std::string member(const boost::json::object& object, std::string_view key) {
    const auto* const value = object.if_contains(key);
    if (!value || value->is_structured() || value->is_null()) return {};
    return value->is_string() ? std::string(value->get_string()) : boost::json::serialize(*value);
}

std::uint32_t member_number(const boost::json::object& object, std::string_view key) {
    return to_number(member(object, key));
}

const boost::json::array& member_list(const boost::json::object& object, std::string_view key) {
    static const boost::json::array kEmpty;
    const auto* const value = object.if_contains(key);
    return value && value->is_array() ? value->get_array() : kEmpty;
}

const boost::json::object& member_object(const boost::json::object& object, std::string_view key) {
    static const boost::json::object kEmpty;
    const auto* const value = object.if_contains(key);
    return value && value->is_object() ? value->get_object() : kEmpty;
}

}  // namespace dx::importing
