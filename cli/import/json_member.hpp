// Members of AWS's JSON as text: absent, null and of another type are all "".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace dx::importing {

// A string as it is, a number or flag as JSON writes it.
std::string member(const boost::json::object& object, std::string_view key);

// A whole number, as a number or in a string; 0 if there is none or it does not fit.
std::uint32_t member_number(const boost::json::object& object, std::string_view key);

const boost::json::array& member_list(const boost::json::object& object, std::string_view key);
const boost::json::object& member_object(const boost::json::object& object, std::string_view key);

}  // namespace dx::importing
