#include "cli/fields.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "cli/failure.hpp"

namespace dx::cli {

bool has(const Object& object, std::string_view key) {
    return object.contains(key);
}

bool flag(const Object& object, std::string_view key) {
    const auto* const member = object.if_contains(key);
    return member && member->is_bool() && member->get_bool();
}

std::string_view text(const Object& object, std::string_view key) {
    const auto* const member = object.if_contains(key);
    if (!member || !member->is_string()) return {};
    return member->get_string();
}

std::int64_t number(const Object& object, std::string_view key) {
    const auto* const member = object.if_contains(key);
    if (!member || !member->is_number()) return 0;
    boost::system::error_code out_of_range;
    return member->to_number<std::int64_t>(out_of_range);
}

const Object& child(const Object& object, std::string_view key) {
    static const Object kEmpty;
    const auto* const member = object.if_contains(key);
    return member && member->is_object() ? member->get_object() : kEmpty;
}

const boost::json::array& list(const Object& object, std::string_view key) {
    static const boost::json::array kEmpty;
    const auto* const member = object.if_contains(key);
    return member && member->is_array() ? member->get_array() : kEmpty;
}

std::string optional_number(const Object& object, std::string_view key) {
    return has(object, key) ? std::to_string(number(object, key)) : std::string();
}

namespace {

boost::json::value parse_as(boost::json::kind kind, const std::string& body) {
    boost::system::error_code error;
    auto parsed = boost::json::parse(body, error);
    if (error || parsed.kind() != kind) throw Failure("dxrouted sent a reply that cannot be read");
    return parsed;
}

}  // namespace

Object parse_object(const std::string& body) {
    return std::move(parse_as(boost::json::kind::object, body).get_object());
}

boost::json::array parse_array(const std::string& body) {
    return std::move(parse_as(boost::json::kind::array, body).get_array());
}

}  // namespace dx::cli
