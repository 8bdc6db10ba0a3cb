// Why a route goes where it goes, and what a policy makes of routes: values for `why` and `policy
// test`, as those of views.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "daemon/control/route_views.hpp"

namespace dx::control {

struct PolicyRuleView {
    std::size_t number = 0;  // from 1
    int line = 0;            // in the configuration file; 0: it does not stand there
    bool matched = false;
    // "prefix: 10.0.0.0/16 matches 10.0.0.0/8 le 24"; of one that did not match, what did not hold.
    std::vector<std::string> conditions;
    std::vector<std::string> sets;  // "local-pref: 100 -> 200"
    std::string then;               // "accept", "reject"; empty: it goes on with the next one
};

// A policy's way to its verdict.
struct PolicyRunView {
    std::string policy;
    std::vector<std::string> before;    // what was changed ahead of it
    std::vector<PolicyRuleView> rules;  // up to the one that decided
    bool decided = false;               // the last of `rules` did; else none: rejected
    std::vector<std::string> after;     // what was changed behind it
};

struct WhyPathView {
    BgpPathView path;
    std::optional<PolicyRunView> policy;  // the import policy's, where it rejected the path
    std::string unusable;                 // why it cannot be used, where no policy rejected it
};

struct WhyNeighborView {
    std::string name;
    net::IpAddress address;
    bool advertised = false;
    bool waiting = false;                 // the last word on it is not sent yet
    std::string because;                  // why not: "learnt from it"
    std::string detail;                   // "out 5: 5 sent, 3 wait"; may be empty
    std::optional<PolicyRunView> policy;  // the export policy's, where it rejected the route
};

struct WhyView {
    net::Prefix prefix;
    std::vector<WhyPathView> paths;  // the best one first; none: nobody announces it
    std::vector<WhyNeighborView> neighbors;
    // Of an address: a longer match that was received and cannot be used.
    std::optional<net::Prefix> more_specific;
};

struct PolicyTestQuery {
    enum class Direction : std::uint8_t { In, Out };

    std::string neighbor;  // the name of one that there is
    Direction direction = Direction::In;
    std::optional<net::Prefix> prefix;  // none: the whole table
    std::optional<std::string> policy;  // another one than the neighbor's
};

// What became of one route.
struct PolicyTestRow {
    net::Prefix prefix;
    std::string from;  // the neighbor it is from; empty: our own
    bool accepted = false;
    std::optional<std::size_t> rule;  // that decided, from 1; none: see `because`
    std::string because;              // why it is not accepted: "filtered by the import policy"
    bool accepted_now = false;        // by the policy in force
    std::vector<std::string> differences;  // from the policy in force, where both accept
    std::optional<PolicyRunView> run;      // only where one prefix was asked for
    std::vector<std::string> changes;      // and: from what came in to what comes out
};

// Rows as they are asked for, as BgpWalk.
class PolicyTestWalk {
public:
    virtual ~PolicyTestWalk() = default;
    virtual bool next(std::size_t max, std::vector<PolicyTestRow>& out) = 0;
};

struct PolicyTest {
    std::string refused;     // why there is none: "no such policy: x"; else empty
    std::string policy;      // that is tested; empty: the neighbor has none (RFC 8212)
    std::string in_force;    // the neighbor's
    std::vector<int> lines;  // of its rules
    std::unique_ptr<PolicyTestWalk> walk;
};

}  // namespace dx::control
