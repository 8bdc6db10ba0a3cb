// Route maps as policies. What an entry asks for and cannot be translated ends the policy there
// with `reject`: it may become stricter than the source, and never more open.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/import/ios.hpp"
#include "cli/import/ios_line.hpp"
#include "cli/import/ios_lists.hpp"
#include "cli/import/ios_match_set.hpp"
#include "cli/import/model.hpp"

namespace dx::importing {

class IosRouteMaps {
public:
    IosRouteMaps(Dialect dialect, const IosLists& lists, LineAccount& account, Configuration& out)
        : dialect_(dialect), lists_(lists), account_(account), out_(out) {}

    void begin(const IosLine& line);  // route-map NAME permit|deny SEQ
    void take(const IosLine& line);   // what stands below it

    // After the last line of the file and IosLists::finish.
    void finish(std::uint32_t our_as);

    // The policy that a route map became; "" if there is none of that name.
    std::string policy(std::string_view name) const;

    // A policy for a list that a neighbor uses as a filter by itself; reject-all where it cannot
    // be.
    std::string prefix_list_policy(std::string_view name, bool ipv6);
    std::string as_path_list_policy(std::string_view name);

    // What passes both: a policy without words on prefixes, and a prefix list. "" if there is none.
    std::string both(const std::string& policy, std::string_view prefix_list, bool ipv6);

    // One policy that treats IPv4 as `ipv4` does and IPv6 as `ipv6` does.
    std::string by_family(const std::string& ipv4, const std::string& ipv6);

    // What `by_family` is named for: its rules and comments.
    Policy of_families(const std::string& ipv4, const std::string& ipv6) const;

    // `policy`, one that there is or accept-all, behind a rule that decides first. `suffix`: of the
    // name.
    std::string behind(const Rule& rule, const std::string& policy, std::string_view suffix);

    // True if the route map accepts every route.
    bool passes_all(std::string_view map) const;

    // The first entry's `set src ADDRESS`, which acts on routes that go into the kernel; null if
    // there is none.
    const IosLine* source_line(std::string_view map) const;

    // The policy under a name that no other has: that of the policy returned.
    std::string add_policy(Policy policy, std::string_view name);

private:
    void add_of_family(const std::string& policy, bool ipv6, Policy& to) const;
    bool is_of_family(const Rule& rule, bool ipv6) const;
    static Setting all_prefixes(bool ipv6);

    struct Entry {
        unsigned sequence = 0;
        bool permit = true;
        const IosLine* line = nullptr;
        std::vector<const IosLine*> lines;
    };

    void drop_last_denials(std::vector<Entry>& entries);
    Policy translate(const std::string& name, const std::vector<Entry>& entries);
    void add_entry(const Entry& entry, Policy& policy, Rule rule);
    void add_in_order(const Entry& entry, const std::vector<ListEntry>& in_order, Policy& policy,
                      const Rule& rule);
    void end_here(const Entry& entry, const std::vector<Entry>& behind, const std::string& trouble,
                  const std::string& comment, Policy& policy);
    static void for_each_line(const Entry& entry, const std::function<void(const IosLine&)>& each);
    std::string add_matches(const Entry& entry, Rule& rule, std::vector<ListEntry>& in_order);
    std::vector<const IosLine*> sets_of(const Entry& entry) const;
    void add_with_sets(const Entry& entry, Rule rule, Policy& policy);

    Dialect dialect_;
    const IosLists& lists_;
    LineAccount& account_;
    Configuration& out_;
    std::uint32_t our_as_ = 0;
    std::map<std::string, std::vector<Entry>, std::less<>> maps_;
    std::vector<Entry>* open_ = nullptr;  // where the lines below the last `begin` belong
    std::size_t open_entry_ = 0;
    std::map<std::string, std::string, std::less<>> policies_;
    std::map<std::string, std::string, std::less<>> list_policies_;
    UniqueNames names_{"accept-all", "reject-all"};
};

}  // namespace dx::importing
