// Regular expressions over the text form of an AS_PATH ("64512 65001"), as network engineers write
// them: POSIX extended, and `_` for a separator, the beginning or the end.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libbgp/policy/prefix_set.hpp"

namespace dx::bgp {

class AsPathExpression {
public:
    // The path comes from the other side: matching takes time linear in it and no recursion.
    static Parsed<AsPathExpression> parse(std::string_view text);

    const std::string& text() const { return text_; }

    bool matches(const std::string& path) const;

    friend bool operator==(const AsPathExpression& a, const AsPathExpression& b) {
        return a.text_ == b.text_;
    }

private:
    struct Compiled;  // keeps <regex> out of this header

    AsPathExpression(std::string text, std::shared_ptr<const Compiled> compiled)
        : text_(std::move(text)), compiled_(std::move(compiled)) {}

    std::string text_;
    std::shared_ptr<const Compiled> compiled_;
};

// Matches where one of its expressions does.
class AsPathSet {
public:
    AsPathSet() = default;

    AsPathSet(std::string name, std::vector<AsPathExpression> expressions)
        : name_(std::move(name)), expressions_(std::move(expressions)) {}

    const std::string& name() const { return name_; }

    std::span<const AsPathExpression> expressions() const { return expressions_; }

    bool matches(const std::string& path) const;

    friend bool operator==(const AsPathSet&, const AsPathSet&) = default;

private:
    std::string name_;
    std::vector<AsPathExpression> expressions_;
};

using AsPathSetPtr = std::shared_ptr<const AsPathSet>;

}  // namespace dx::bgp
