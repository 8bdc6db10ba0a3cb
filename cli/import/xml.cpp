#include "cli/import/xml.hpp"

#include <algorithm>
#include <sstream>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>

#include "cli/import/model.hpp"

namespace dx::importing {
namespace {

// AWS's have some 250; what nests deeper than the stack bears must have more.
constexpr auto kMostTags = 4000;

}  // namespace

boost::property_tree::ptree parse_xml(const std::string& text, const std::string& where) {
    if (std::ranges::count(text, '<') > kMostTags)
        throw Unreadable(where +
                         ": the XML has too many elements (expected AWS's customer gateway or "
                         "router configuration)");
    boost::property_tree::ptree tree;
    std::istringstream in(text);
    try {
        boost::property_tree::read_xml(in, tree, boost::property_tree::xml_parser::trim_whitespace);
    } catch (const boost::property_tree::xml_parser_error& error) {
        // Without the parser's excerpt: the text has keys in it.
        throw Unreadable(where + ": line " + std::to_string(error.line()) +
                         " is not XML: " + error.message());
    }
    return tree;
}

const boost::property_tree::ptree& child_of(const boost::property_tree::ptree& tree,
                                            const char* path) {
    static const boost::property_tree::ptree kEmpty;
    return tree.get_child(path, kEmpty);
}

}  // namespace dx::importing
