// Prefix lists, community lists and AS-path access lists: read line by line, then asked by name.
// dxrouted's sets are of what is meant; a list that also denies is a set only where that makes no
// difference.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/ios_communities.hpp"
#include "cli/import/ios_line.hpp"
#include "cli/import/model.hpp"
#include "cli/import/names.hpp"

namespace dx::importing {

struct ListEntry {
    unsigned sequence = 0;
    bool permit = true;
    Texts items{};  // a prefix pattern, an expression, or communities that must all be there
    Reach reach = Reach::Any;
    const IosLine* line = nullptr;
};

struct IosList {
    std::vector<ListEntry> entries;  // by sequence
    Texts comments;
    std::string trouble;  // why it is of no use; "" if it is
    bool expanded = false;
};

class IosLists {
public:
    IosLists(LineAccount& account, Configuration& out) : account_(account), out_(out) {}

    // True if the line was one of a list.
    bool take(const IosLine& line);

    // After the last line: makes sets of all that can be one.
    void finish();

    // What a list has become. `ordered`: it denies part of what it permits, so that only its
    // entries in their order mean the same.
    struct Prefixes {
        std::string set{};  // "" if there is none
        bool ordered = false;
        std::vector<ListEntry> entries{};
        std::string trouble{};
    };

    const Prefixes& prefixes(std::string_view name, bool ipv6) const;

    struct Other {
        std::string set{};
        bool all = false;    // communities: every one of the set must be there
        bool exact = false;  // and no other
        std::size_t entries = 0;
        std::string trouble{};
        std::string match_trouble{};  // of use, but not in a `match`
    };

    Other communities(std::string_view name) const { return find(communities_, name, "community"); }

    Other large_communities(std::string_view name) const {
        return find(large_communities_, name, "large-community");
    }

    Other as_paths(std::string_view name) const { return find(as_paths_, name, "AS-path access"); }

    // Its entries have become rules of a policy.
    void use(const std::vector<ListEntry>& entries) const;

    // The entries of an AS-path list in order: for use as a filter by itself.
    const IosList* as_path_list(std::string_view name) const;

private:
    struct Named {
        IosList list;
        Other result;
    };

    using Lists = std::map<std::string, Named, std::less<>>;

    void take_prefix_list(const IosLine& line, bool ipv6);
    void take_community_list(const IosLine& line, std::size_t at, Lists& lists);
    void take_as_path_list(const IosLine& line, std::size_t at);
    static bool read_communities(const IosLine& line, std::size_t at, const IosList& list,
                                 bool large, ListEntry& entry);
    void skip(const IosList& list, const std::string& why);
    void add(IosList& list, ListEntry entry);
    static std::string match_trouble(const std::vector<ListEntry>& entries);
    void finish_communities(Lists& lists);
    void finish_as_paths();
    static Other find(const Lists& lists, std::string_view name, std::string_view what);

    LineAccount& account_;
    Configuration& out_;
    std::map<std::pair<std::string, bool>, IosList> prefix_lists_;  // by name and family
    std::map<std::pair<std::string, bool>, Prefixes> prefixes_;
    Lists communities_;
    Lists large_communities_;
    Lists as_paths_;
    UniqueNames prefix_names_;
    UniqueNames community_names_;
    UniqueNames as_path_names_;
};

}  // namespace dx::importing
