// Members of a JSON object, with a plain answer where one is absent or of another type: an older or
// newer daemon may leave some out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace dx::cli {

using Object = boost::json::object;

bool has(const Object& object, std::string_view key);
bool flag(const Object& object, std::string_view key);              // absent: false
std::string_view text(const Object& object, std::string_view key);  // absent: ""
std::int64_t number(const Object& object, std::string_view key);    // absent: 0
const Object& child(const Object& object, std::string_view key);    // absent: an empty one
const boost::json::array& list(const Object& object, std::string_view key);

// A number as text; "" where it is absent.
std::string optional_number(const Object& object, std::string_view key);

// Parses a whole body; throws Failure if it is not a JSON object, or not an array.
Object parse_object(const std::string& body);
boost::json::array parse_array(const std::string& body);

}  // namespace dx::cli
