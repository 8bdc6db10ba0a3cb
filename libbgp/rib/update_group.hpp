// Neighbors whose settings make the same of every route: what export makes of a set of attributes,
// and its wire form, is worked out once for all of them. What is left to each is in
// export_rules.hpp.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "libbgp/rib/attribute_pool.hpp"
#include "libbgp/rib/export_rules.hpp"
#include "libbgp/wire/message.hpp"

namespace dx::bgp {

// A cache with one place for each remainder. Memory is taken at the first use.
template <class Entry>
class DirectMapped {
public:
    Entry& operator[](std::size_t number) {
        if (entries_.empty()) entries_.resize(kSize);
        return entries_[number % kSize];
    }

private:
    static constexpr std::size_t kSize = 1024;

    std::vector<Entry> entries_;
};

// Entries hold the sets they speak of, so that numbers cannot come to mean something else.
struct Exported {
    AttributeRef in;
    NeighborId from{};
    AttributeRef out;  // empty: not to be sent
};

struct Encoded {
    AttributeRef set;
    EncodedAttributes wire;
};

class UpdateGroup {
public:
    explicit UpdateGroup(ExportRules rules) : rules_(std::move(rules)) {}

    const ExportRules& rules() const { return rules_; }

    // The places where the answer is, if it is for these; else it is to be put there.
    Exported& exported(net::Family family, AttributeId in, NeighborId from) {
        return exported_[family][static_cast<std::size_t>(in) + index_of(from) * 61U];
    }

    Encoded& encoded(net::Family family, AttributeId set) {
        return encoded_[family][static_cast<std::size_t>(set)];
    }

    // To be called when routes from somewhere may look otherwise to the rules.
    void forget_exported() { exported_ = {}; }

private:
    ExportRules rules_;
    PerFamily<DirectMapped<Exported>> exported_;
    PerFamily<DirectMapped<Encoded>> encoded_;
};

// Those that are in use.
class UpdateGroups {
public:
    std::shared_ptr<UpdateGroup> of(ExportRules rules);

    // A neighbor's session is new: it may have another address, or be external now.
    void source_changed();

private:
    std::vector<std::weak_ptr<UpdateGroup>> groups_;
};

}  // namespace dx::bgp
