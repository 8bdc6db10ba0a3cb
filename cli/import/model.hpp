// What an import has found out: a configuration of dxrouted as plain values, the interfaces it
// needs, and an account of what could not be taken over. Every source is read into this, every
// output is written from it. Knows no source's words and no output's form.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace dx::importing {

// The file is not what it should be, or the output cannot be written: one line, with what was
// expected.
class Unreadable : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

using Texts = std::vector<std::string>;

// A value of the configuration file: a word, a list, or a mapping of words to lists.
using Value = std::variant<std::string, Texts, std::vector<std::pair<std::string, Texts>>>;

struct Setting {
    std::string key;
    Value value;
};

struct PrefixLimit {
    std::uint32_t max = 0;
    bool restart = false;        // what is over the limit ends the session; else it is left out
    unsigned after_minutes = 0;  // with `restart`

    bool operator==(const PrefixLimit&) const = default;
};

// Of one address family.
struct PrefixLimits {
    std::optional<PrefixLimit> in;
    std::uint32_t out = 0;  // 0: none

    bool operator==(const PrefixLimits&) const = default;
};

struct Bfd {
    bool on = true;
    unsigned interval_ms = 0;  // 0: the usual one
    unsigned multiplier = 0;

    bool operator==(const Bfd&) const = default;
};

struct Neighbor {
    std::string name;  // "": the address
    std::string description;
    std::string address;
    std::uint32_t remote_as = 0;
    std::string local_address;
    std::string interface;
    std::string key;  // secret: only the writer of files looks at it
    Texts families;   // empty: that of the address
    std::string profile;
    bool passive = false;
    std::optional<std::string> shutdown;  // the text, which may be empty
    unsigned multihop = 0;                // 0: the default
    bool ttl_security = false;
    Value bgp_role;
    unsigned allow_own_as = 0;
    std::optional<bool> next_hop_self;
    std::optional<unsigned> hold;  // seconds
    std::optional<unsigned> keepalive;
    std::optional<unsigned> connect_retry;
    std::optional<Bfd> bfd;
    std::string graceful_restart;
    std::array<PrefixLimits, 2> limits;  // IPv4, IPv6
    std::string import_policy;
    std::string export_policy;
    Texts comments;  // above it, a line each
    Texts hints;     // below it: keys that the engineer may want, commented out

    bool operator==(const Neighbor&) const = default;
};

struct Rule {
    std::string comment;
    std::vector<Setting> match;
    std::vector<Setting> set;
    std::string then;  // accept | reject | "": goes on
};

struct Policy {
    std::string name;
    Texts comments;
    std::vector<Rule> rules;
};

// A prefix set, community set or AS-path set.
struct NamedSet {
    std::string name;
    Texts items;
    Texts comments;
};

struct Network {
    std::string prefix;
    bool when_route = false;
};

struct StaticRoute {
    std::string prefix;
    std::string via{};
    std::string interface{};
    bool blackhole = false;
    unsigned distance = 0;  // 0: the default
    bool bfd = false;
    std::string comment{};
};

struct Redistribution {
    std::string source;  // connected | static | kernel
    std::string policy;
};

// An interface that systemd-networkd shall make.
struct Link {
    enum class Kind : std::uint8_t { Vlan, Xfrm };

    Kind kind = Kind::Vlan;
    std::string name;
    std::string parent;  // of a VLAN
    unsigned id = 0;     // the VLAN's tag, or the XFRM interface's if_id
    unsigned mtu = 0;    // 0: not known
    Texts addresses;     // with their prefix length
    std::string comment;
    bool parent_is_a_guess = false;
};

// What became of something that the source says.
struct Note {
    enum class Kind : std::uint8_t {
        Skipped,   // not taken over
        Changed,   // taken over, but it is not quite the same
        Needless,  // dxrouted does it anyway
        Advice,    // taken over; the engineer should know
    };

    Kind kind = Kind::Skipped;
    std::size_t line = 0;  // of the source; 0: it has no lines worth naming
    std::string subject;  // what it is about: a line of the source, a virtual interface. No secrets
    std::string why;
    std::size_t last_line = 0;  // where it is about more lines than one
};

struct Configuration {
    std::string title;  // "3 virtual interfaces of vifs.json"
    std::uint32_t asn = 0;
    std::string router_id;
    std::vector<Network> networks;
    Texts network_comments;
    std::vector<Redistribution> redistribute;
    std::vector<Neighbor> neighbors;
    std::vector<Policy> policies;
    std::vector<NamedSet> prefix_sets;
    std::vector<NamedSet> community_sets;
    std::vector<NamedSet> as_path_sets;
    std::vector<StaticRoute> static_routes;
    unsigned maximum_paths = 1;
    Texts path_comments;
    std::array<std::string, 2> source;  // preferred, of installed routes: IPv4, IPv6; "": none
    std::vector<Link> links;
    std::vector<Note> notes;
};

// A file to be written. Names are relative to the directory of the import.
struct File {
    std::string name;
    std::string content;
    bool secret = false;  // mode 0600, and its content is shown nowhere
};

// What became of files that an earlier import has, or may have, written and this one has not.
struct EarlierFiles {
    Texts removed;
    Texts left;  // keys that the import's own dxrouted.yaml does not name as its own
};

}  // namespace dx::importing
