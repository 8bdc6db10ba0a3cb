// Each kind of mistake with its exact position and text.
#include "tests/unit/daemon/config/loading.hpp"

namespace dx::config {
namespace {

struct Mistake {
    std::string_view name;
    std::string text;
    std::string said;
};

// A neighbor with address, remote-as and `keys`; each key stands at 8:5 and below.
std::string neighbor(std::string_view keys) {
    return with_neighbor("    address: 192.0.2.1\n    remote-as: 64512\n" + std::string(keys));
}

// `text` below a router section of two lines.
std::string routed(std::string_view text) {
    return "router:\n  asn: 65000\n" + std::string(text);
}

std::string hook(const std::string& text) {
    return routed("hooks:\n  - " + text + "\n");
}

void check(const std::vector<Mistake>& mistakes) {
    for (const auto& mistake : mistakes) {
        INFO(mistake.name);
        INFO(mistake.text);
        const auto result = load_text(mistake.text);
        CHECK(said(result) == mistake.said);
        CHECK(!result.config);
    }
}

}  // namespace

TEST_CASE("mistakes in the text itself") {
    check({
        {"an empty file", "", "x.yaml:1:1: the key 'router' is missing (expected router: VALUE)\n"},
        {"only a comment", "# nothing\n",
         "x.yaml:1:1: the key 'router' is missing (expected router: VALUE)\n"},
        {"not a mapping", "- 1\n",
         "x.yaml:1:1: this is a list (expected a mapping with the keys router, bfd, prefix-sets, "
         "community-sets, as-path-sets, policies, networks, redistribute, neighbors, "
         "static-routes, fib, control, http, hooks, log)\n"},
        {"a repeated key", "router:\n  asn: 65000\n  asn: 65001\n",
         "x.yaml:3:3: the key 'asn' stands here again (expected once; first in line 2)\n"},
        {"a repeated section", routed("log: {level: info}\nlog: {level: debug}\n"),
         "x.yaml:4:1: the key 'log' stands here again (expected once; first in line 3)\n"},
        {"a key that is a list", routed("? [a]\n: 1\n"),
         "x.yaml:3:3: a key that is not a word (expected KEY: VALUE)\n"},
        {"a tag", "router: !big {asn: 65000}\n",
         "x.yaml:1:9: a tag, '!big' (expected the value alone, without '!')\n"},
        {"an anchor that is nowhere", "router: *a\n",
         "x.yaml:1:9: this is not YAML: the referenced anchor is not defined (expected '&NAME "
         "VALUE' somewhere before '*NAME')\n"},
        {"lines as of an old Macintosh", "router:\r  asn: 65000\r",
         "x.yaml:1:8: a carriage return alone (expected lines that end in LF)\n"},
        {"a second document", routed("---\nlog: {}\n"),
         "x.yaml:4:1: a second YAML document (expected one in the file)\n"},
        {"not UTF-8", "router:\n  asn: 65000 # \xff\n",
         "x.yaml:2:16: this is not UTF-8 (expected a text file)\n"},
        {"an overlong form", "# \xc0\xaf\n",
         "x.yaml:1:3: this is not UTF-8 (expected a text file)\n"},
        {"a NUL byte", std::string("router:\n\0", 9),
         "x.yaml:2:1: a control character (expected a text file)\n"},
        {"an alias inside of itself", "router: &a {asn: *a}\n",
         "x.yaml:1:18: an alias inside of what it stands for (expected it behind the end of its "
         "anchor's value)\n"},
    });
}

// The words are yaml-cpp's and differ among its versions.
TEST_CASE("what is no YAML is said with its position") {
    const auto begins = [](const std::string& text, const std::string& beginning) {
        const auto result = load_text(text);
        INFO(said(result));
        CHECK(said(result).substr(0, beginning.size()) == beginning);
        CHECK(result.diagnostics.size() == 1);
    };
    begins("router: {asn: 1\nlog: x\n", "x.yaml:2:4: this is not YAML: ");
    begins("router:\n\tasn: 1\n", "x.yaml:2:1: a tab (expected blanks");
    begins("router:\n  asn: 1\nlog:\n  \tlevel: info\n", "x.yaml:4:3: a tab (expected blanks");
    begins("router: *a\n", "x.yaml:1:9: this is not YAML: the referenced anchor is not defined");
    begins("router: \"x\n", "x.yaml:3:1: this is not YAML: the file ends inside of a value");
    begins("router: {asn: 1", "x.yaml:2:1: this is not YAML: the file ends inside of a value");
}

TEST_CASE("nesting without measure is refused") {
    for (const auto* opening : {"[", "{a: ", "- ", "? "}) {
        std::string text;
        for (int i = 0; i < 20'000; ++i)
            text += opening;
        const auto result = load_text(text);
        CHECK(!result.config);
        CHECK(said(result).find("nested too deeply (expected at most 32 levels)") !=
              std::string::npos);
    }
}

TEST_CASE("a file of aliases of aliases is refused before it grows") {
    std::string text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c < 'k'; ++c) {
        text += std::string(1, c) + ": &" + c + " [";
        for (int i = 0; i < 10; ++i)
            text += (i ? ", *" : "*") + std::string(1, static_cast<char>(c - 1));
        text += "]\n";
    }
    CHECK(said(load_text(text)).find("too many values (expected at most 1000000, those") !=
          std::string::npos);
}

TEST_CASE("a file over 4 MiB is refused") {
    CHECK(said(load_text(std::string(kMaxFileSize + 1, '#'))) ==
          "x.yaml: the file is too large (expected at most 4 MiB)\n");
}

TEST_CASE("unknown and missing keys") {
    check({
        {"a misspelt section", routed("nieghbors: []\n"),
         "x.yaml:3:1: unknown key 'nieghbors' (did you mean 'neighbors'?)\n"},
        {"an underscore", neighbor("    local_address: 192.0.2.2\n"),
         "x.yaml:8:5: unknown key 'local_address' (did you mean 'local-address'?)\n"},
        {"nothing near", routed("log: {colour: red}\n"),
         "x.yaml:3:7: unknown key 'colour' (expected one of level)\n"},
        {"a line without its colon", neighbor("    remote_as 1\n"),
         "x.yaml:8:5: there is no colon behind 'remote_as' (expected remote-as: VALUE)\n"},
        {"a sentence", routed("see also the manual\n"),
         "x.yaml:3:1: there is no colon behind 'see' (expected KEY: VALUE)\n"},
        {"a merge key", "router: {asn: 1, <<: {}}\n",
         "x.yaml:1:18: a merge key (expected the keys themselves; '*NAME' stands for a whole "
         "value)\n"},
        {"no asn", "router: {}\n",
         "x.yaml:1:9: router: the key 'asn' is missing (expected asn: VALUE)\n"},
        {"BFD's authentication", neighbor("    bfd: {authentication: md5}\n"),
         "x.yaml:8:11: authentication: BFD authentication is not supported (expected none; AWS "
         "uses "
         "none, switch it off at the peer)\n"},
        {"BFD's password", routed("bfd: {password: s3cret}\n"),
         "x.yaml:3:7: password: BFD authentication is not supported (expected none; AWS uses none, "
         "switch it off at the peer)\n"},
        {"no address", with_neighbor("    remote-as: 64512\n"),
         "x.yaml:4:5: neighbors: the key 'address' is missing (expected address: VALUE)\n"},
    });
}

TEST_CASE("wrong types and impossible values") {
    check({
        {"text for a number", "router: {asn: abc}\n",
         "x.yaml:1:15: asn: 'abc' is not an AS number (expected 1..4294967294, or asdot as "
         "1.10)\n"},
        {"an AS number too large", "router: {asn: 4294967296}\n",
         "x.yaml:1:15: asn: '4294967296' is not an AS number (expected 1..4294967294, or asdot as "
         "1.10)\n"},
        {"AS 0", "router: {asn: 0}\n",
         "x.yaml:1:15: asn: '0' is not a usable AS number: it is reserved (expected "
         "1..4294967294, or asdot as 1.10)\n"},
        {"AS_TRANS", "router: {asn: 23456}\n",
         "x.yaml:1:15: asn: '23456' is not a usable AS number: RFC 6793 reserves it as AS_TRANS "
         "(expected 1..4294967294, or asdot as 1.10)\n"},
        {"the last AS number", "router: {asn: 4294967295}\n",
         "x.yaml:1:15: asn: '4294967295' is not a usable AS number: it is reserved (expected "
         "1..4294967294, or asdot as 1.10)\n"},
        {"a list for a number", "router: {asn: [1]}\n",
         "x.yaml:1:15: asn: this is a list (expected 1..4294967294, or asdot as 1.10)\n"},
        {"no value", "router:\n  asn:\n",
         "x.yaml:2:3: asn: this has no value (expected 1..4294967294, or asdot as 1.10)\n"},
        {"a router-id of zero", "router: {asn: 1, router-id: 0.0.0.0}\n",
         "x.yaml:1:29: router-id: '0.0.0.0' is not a router identifier (expected four octets as "
         "192.168.1.2, not 0.0.0.0)\n"},
        {"an address twice", "router: {asn: 1, listen: {addresses: [192.0.2.1, 192.0.2.1]}}\n",
         "x.yaml:1:50: addresses: '192.0.2.1' is there already (expected each once; first in line "
         "1)\n"},
        {"a port too large", "router: {asn: 1, listen: {port: 70000}}\n",
         "x.yaml:1:33: port: '70000' is not in range (expected 1..65535)\n"},
        {"a word for a flag", neighbor("    passive: maybe\n"),
         "x.yaml:8:14: passive: 'maybe' is not true or false (expected true | false)\n"},
        {"a misspelt word", neighbor("    preference: hihg\n"),
         "x.yaml:8:17: preference: 'hihg' is not known (expected high | medium | low; did you "
         "mean 'high'?)\n"},
        {"a duration without sense", neighbor("    return-delay: 5 parsecs\n"),
         "x.yaml:8:19: return-delay: '5 parsecs' is not a duration (expected 0s to 1d, as 300ms, "
         "30s, 3m or 1h; a bare number is seconds)\n"},
        {"half a second of hold time", neighbor("    timers: {hold: 3500ms}\n"),
         "x.yaml:8:20: hold: '3500ms' is not a whole number of seconds (expected 0s to 65535s)\n"},
        {"a family twice", neighbor("    families: [ipv4, ipv4]\n"),
         "x.yaml:8:22: families: 'ipv4' is there already (expected each once; first in line 8)\n"},
        {"an AS number as of octal", "router: {asn: 010}\n",
         "x.yaml:1:15: asn: '010' is not an AS number (expected 1..4294967294, or asdot as "
         "1.10)\n"},
        {"hold of 2 s", neighbor("    timers: {hold: 2, keepalive: 1}\n"),
         "x.yaml:8:20: hold: '2' is not possible as a hold time (expected 0, or 3s and more: RFC "
         "4271 4.2)\n"},
        {"BFD too fast", routed("bfd: {interval: 5ms}\n"),
         "x.yaml:3:17: interval: '5ms' is not in range (expected 10ms to 1m)\n"},
        {"host bits", routed("networks: [10.0.0.1/16]\n"),
         "x.yaml:3:12: networks: '10.0.0.1/16' has host bits set (did you mean 10.0.0.0/16?)\n"},
        {"a prefix without length", routed("networks: [10.0.0.0]\n"),
         "x.yaml:3:12: networks: '10.0.0.0' has no length (did you mean 10.0.0.0/32?)\n"},
        {"not a prefix", routed("networks: [ten]\n"),
         "x.yaml:3:12: networks: 'ten' is not a prefix (expected ADDRESS/LENGTH, as "
         "10.0.0.0/16)\n"},
        {"a network twice", routed("networks:\n  - 10.0.0.0/16\n  - {prefix: 10.0.0.0/16}\n"),
         "x.yaml:5:5: networks: '10.0.0.0/16' is there already (expected each once; first in line "
         "4)\n"},
        {"a multicast network", routed("networks: [224.0.0.0/8]\n"),
         "x.yaml:3:12: networks: '224.0.0.0/8' is multicast (expected unicast, for BGP)\n"},
        {"no family", neighbor("    families: []\n"),
         "x.yaml:8:15: families: no family (expected a list of ipv4 | ipv6)\n"},
        {"an unknown family", neighbor("    families: [ipv5]\n"),
         "x.yaml:8:16: families: 'ipv5' is not known (expected ipv4 | ipv6; did you mean "
         "'ipv4'?)\n"},
        {"a limit of words", neighbor("    prefix-limit: {in: many}\n"),
         "x.yaml:8:24: in: 'many' is not a limit (expected a number from 1, none, or {max: "
         "NUMBER, …})\n"},
        {"a limit without a number", neighbor("    prefix-limit: {in: {action: restart}}\n"),
         "x.yaml:8:24: in: the key 'max' is missing (expected max: VALUE)\n"},
        {"the kernel's table", routed("fib: {table: 255}\n"),
         "x.yaml:3:14: table: '255' is not a table that we may use (expected main, default or a "
         "number from 1 to 4294967295, not 255, which is the kernel's local table)\n"},
        {"metric 0", routed("fib: {metric: 0}\n"),
         "x.yaml:3:15: metric: '0' is not in range (expected 1..4294967295)\n"},
        {"an IPv6 source for IPv4", routed("fib: {source: {ipv4: \"2001:db8::1\"}}\n"),
         "x.yaml:3:22: ipv4: '2001:db8::1' is not an IPv4 address (expected one as 10.0.0.1)\n"},
        {"a listener without a port", routed("http: {listen: 127.0.0.1}\n"),
         "x.yaml:3:16: listen: '127.0.0.1' is not an address and port (expected one as "
         "127.0.0.1:9179 or [::1]:9179)\n"},
        {"a relative socket", routed("control: {socket: dx.sock}\n"),
         "x.yaml:3:19: socket: 'dx.sock' is not an absolute path (expected one as "
         "/run/dxrouted/dxrouted.sock)\n"},
        {"a group that does not exist", routed("control: {group: nobodies}\n"),
         "x.yaml:3:18: group: 'nobodies' is not a group on this machine (expected one of "
         "/etc/group)\n"},
    });
}

TEST_CASE("references to what is not there") {
    check({
        {"a policy",
         with_neighbor("    address: 192.0.2.1\n    remote-as: 64512\n  - address: "
                       "192.0.2.2\n    remote-as: 64513\n    import: acept-all\n    "
                       "export: to-aws\npolicies:\n  to-asw: [{then: accept}]\n"),
         "x.yaml:10:13: import: 'acept-all' is not a policy (expected the name of one under "
         "policies, accept-all or reject-all; did you mean 'accept-all'?)\n"
         "x.yaml:11:13: export: 'to-aws' is not a policy (expected the name of one under "
         "policies, accept-all or reject-all; did you mean 'to-asw'?)\n"},
        {"a prefix set",
         routed("prefix-sets: {ours: [10.0.0.0/8]}\npolicies:\n  p:\n    - match: {prefix: "
                "our}\n      then: accept\n"),
         "x.yaml:6:23: prefix: 'our' is not a prefix set (expected the name of one under "
         "prefix-sets, or 10.0.0.0/16 le 24; did you mean 'ours'?)\n"},
        {"an AS-path set", routed("policies:\n  p: [{match: {as-path: upstream}, then: accept}]\n"),
         "x.yaml:4:25: as-path: 'upstream' is not an AS-path set (expected the name of one under "
         "as-path-sets, or an expression as ^64512_)\n"},
        {"a community set",
         routed("policies:\n  p: [{match: {community: custmers}, then: accept}]\n"
                "community-sets: {customers: [\"65000:1\"]}\n"),
         "x.yaml:4:27: community: 'custmers' is not a community set (expected the name of one "
         "under community-sets, or a community; did you mean 'customers'?)\n"},
        {"a set of another kind",
         routed("policies:\n  p: [{match: {large-community: c}, then: accept}]\n"
                "community-sets: {c: [\"65000:1\"]}\n"),
         "x.yaml:4:33: large-community: 'c' is not a set of this kind of communities (expected "
         "one whose communities fit large-community)\n"},
        {"a neighbor in a rule",
         routed("policies:\n  p: [{match: {neighbor: dx}, then: accept}]\n"),
         "x.yaml:4:26: neighbor: 'dx' is not a neighbor (expected the name or address of one "
         "under neighbors, or local)\n"},
        {"redistribution without a policy", routed("redistribute: {connected: {}}\n"),
         "x.yaml:3:27: connected: the key 'policy' is missing (expected policy: VALUE)\n"},
    });
}

TEST_CASE("mistakes in policies") {
    check({
        {"a rule that does nothing", routed("policies:\n  p:\n    - match: {med: 5}\n"),
         "x.yaml:5:7: p: a rule that does nothing (expected set, then or both)\n"},
        {"a rule's verdict", routed("policies:\n  p: [{then: acept}]\n"),
         "x.yaml:4:14: then: 'acept' is not known (expected accept | reject; did you mean "
         "'accept'?)\n"},
        {"a built-in name", routed("policies:\n  accept-all: [{then: accept}]\n"),
         "x.yaml:4:15: accept-all: this name is built in (expected another)\n"},
        {"a regular expression",
         routed("policies:\n  p: [{match: {as-path: \"(1\"}, then: accept}]\n"),
         "x.yaml:4:25: as-path: '(1' is not a regular expression: Mismatched '(' and ')' in "
         "regular expression (expected one for AS paths, as ^64512_ or _65001$)\n"},
        {"a pattern for nothing", routed("prefix-sets: {s: [10.0.0.0/16 ge 8]}\n"),
         "x.yaml:3:19: s: '10.0.0.0/16 ge 8' matches nothing (expected 16 <= ge <= le <= 32)\n"},
        {"an unfinished pattern", routed("prefix-sets: {s: [10.0.0.0/16 le]}\n"),
         "x.yaml:3:19: s: '10.0.0.0/16 le' is not a prefix pattern (expected a prefix and perhaps "
         "lengths, as 10.0.0.0/16 ge 20 le 24)\n"},
        {"a community", routed("community-sets: {s: [\"65000:100000\"]}\n"),
         "x.yaml:3:22: s: '65000:100000' is not a community (expected a community as 65000:100, "
         "7224:8*00 or no-export)\n"},
        {"a pattern to add",
         routed("policies:\n  p: [{set: {community: {add: [\"7224:*\"]}}, then: accept}]\n"),
         "x.yaml:4:32: add: '7224:*' is not one community (expected one without *)\n"},
        {"two quantifiers",
         routed("policies:\n  p: [{match: {community: {any: \"1:1\", all: \"1:2\"}}, then: "
                "accept}]\n"),
         "x.yaml:4:27: community: this is a mapping (expected one of any, all, exact, none: "
         "SET)\n"},
        {"a range", routed("policies:\n  p: [{match: {med: 9-3}, then: accept}]\n"),
         "x.yaml:4:21: med: '9-3' is not a range (expected 100, 100-200, ge 100, le 200 or ge 100 "
         "le 200)\n"},
        {"an AS number for a count",
         routed("policies:\n  p: [{set: {as-path-prepend: 65000}, then: accept}]\n"),
         "x.yaml:4:31: as-path-prepend: '65000' is not possible (expected how often our own AS "
         "number, 1..32, or a list of up to 32 AS numbers)\n"},
    });
}

TEST_CASE("mistakes in the tracking of a gateway") {
    check({
        {"nobody to ask",
         routed("static-routes: [{prefix: 10.0.0.0/8, blackhole: true, track: true}]\n"),
         "x.yaml:3:62: static-routes: track: there is no gateway to ask (expected via)\n"},
        {"BFD as well",
         routed("static-routes: [{prefix: 10.0.0.0/8, via: 192.0.2.1, bfd: true, track: true}]\n"),
         "x.yaml:3:72: static-routes: track: BFD watches the gateway already (expected one of "
         "them)\n"},
        {"an interval",
         routed("static-routes: [{prefix: 10.0.0.0/8, via: 192.0.2.1, track: "
                "{interval: 50ms}}]\n"),
         "x.yaml:3:72: interval: '50ms' is not in range (expected 100ms to 1m)\n"},
        {"one gateway on two links",
         routed("static-routes:\n  - {prefix: 10.0.0.0/8, via: 192.0.2.1, interface: eth0, track: "
                "true}\n  - {prefix: 11.0.0.0/8, via: 192.0.2.1, interface: eth1, track: true}\n"),
         "x.yaml:5:53: static-routes: interface: track asks '192.0.2.1' on eth0 already (expected "
         "the same interface)\n"},
    });
}

TEST_CASE("aggregates do not overlap, leave places to routes, and can go out") {
    check({
        {"within another",
         neighbor("    prefix-limit: {out: {max: 9, aggregate: [10.1.0.0/16, 10.0.0.0/8]}}\n"),
         "x.yaml:8:46: aggregate: '10.1.0.0/16' lies within 10.0.0.0/8 (expected aggregates that "
         "do "
         "not overlap)\n"},
        {"twice",
         neighbor("    prefix-limit: {out: {max: 9, aggregate: [10.0.0.0/8, 10.0.0.0/8]}}\n"),
         "x.yaml:8:58: aggregate: '10.0.0.0/8' is there twice (expected each once)\n"},
        {"as many as may go",
         neighbor("    prefix-limit: {out: {max: 1, aggregate: 10.0.0.0/8}}\n"),
         "x.yaml:8:45: aggregate: 1 ipv4 aggregates, each with a place of its own, leave none to "
         "routes (expected fewer than max, 1)\n"},
        {"under the other family",
         neighbor("    prefix-limit: {out: {ipv6: {max: 9, aggregate: [10.0.0.0/8]}}}\n"),
         "x.yaml:8:52: aggregate: '10.0.0.0/8' is of the other family (expected ipv6 prefixes "
         "here)\n"},
        {"the default route to a public interface",
         with_neighbor("    address: 192.0.2.1\n    remote-as: 7224\n    profile: aws-public\n"
                       "    password: abcdef\n"
                       "    prefix-limit: {out: {max: 9, aggregate: [0.0.0.0/0]}}\n"),
         "x.yaml:10:46: aggregate: '0.0.0.0/0' is the default route, and on a public virtual "
         "interface AWS takes only prefixes that are ours (expected none that is wider)\n"},
        {"no prefix", neighbor("    prefix-limit: {out: {max: 9, aggregate: [10.0.0.0/33]}}\n"),
         "x.yaml:8:46: aggregate: '10.0.0.0/33' is not a prefix (expected ADDRESS/LENGTH, as "
         "10.0.0.0/16)\n"},
    });
    CHECK(said(load_text("router: {asn: 65000}\nneighbors:\n  - {address: 192.0.2.1, remote-as: "
                         "64512, import: accept-all, export: reject-all,\n"
                         "     prefix-limit: {out: {max: 9, aggregate: [10.0.0.0/8]}}}\n")) ==
          "x.yaml:4:47: warning: aggregate: '10.0.0.0/8' is rejected by the export policy "
          "reject-all, so what it covers is held back (expected a rule that accepts it)\n");
    const std::string aggregate =
        neighbor("    prefix-limit: {out: {max: 9, aggregate: 10.0.0.0/8}}\n");
    CHECK(said(load_text(aggregate + "networks: [192.0.2.0/24]\n")) ==
          "x.yaml:8:45: warning: aggregate: '10.0.0.0/8' covers none of the networks, and takes a "
          "place of the limit all the same (expected one that does, unless it is for what other "
          "neighbors announce)\n");
    CHECK(said(load_text(aggregate + "networks: [192.0.2.0/24, 10.1.0.0/16]\n")).empty());
    CHECK(said(load_text(aggregate + "networks: [192.0.2.0/24]\n"
                                     "redistribute: {static: {policy: accept-all}}\n"))
              .empty());
    CHECK(said(load_text(neighbor("    prefix-limit: {out: {max: 9, aggregate: [10.0.0.0/8, "
                                  "\"2001:db8::/32\"]}}\n"))) ==
          "x.yaml:8:58: warning: aggregate: '2001:db8::/32' is of a family that the session does "
          "not carry (expected ipv6 among its families, or none of them here)\n");
}

TEST_CASE("what must hold among the keys of a neighbor") {
    check({
        {"another family", neighbor("    local-address: \"2001:db8::1\"\n"),
         "x.yaml:8:20: local-address: '2001:db8::1' is of another family than the neighbor's "
         "address (expected an IPv4 address)\n"},
        {"the neighbor's own address", neighbor("    local-address: 192.0.2.1\n"),
         "x.yaml:8:20: local-address: '192.0.2.1' is the neighbor's own address (expected one of "
         "ours)\n"},
        {"an IPv4 address in the form of IPv6",
         with_neighbor("    address: ::ffff:192.0.2.1\n    remote-as: 1\n"),
         "x.yaml:6:14: address: '::ffff:192.0.2.1' is not an address of its own (expected "
         "192.0.2.1)\n"},
        {"an address with its interface",
         with_neighbor("    address: fe80::1%eth0\n    remote-as: 1\n"),
         "x.yaml:6:14: address: 'fe80::1%eth0' is not an address (expected fe80::1, and the "
         "interface as a key of its own)\n"},
        {"multicast", with_neighbor("    address: 224.0.0.1\n    remote-as: 1\n"),
         "x.yaml:6:14: address: '224.0.0.1' is not the address of a host (expected a unicast "
         "address)\n"},
        {"link-local without an interface",
         with_neighbor("    address: fe80::1\n    remote-as: 1\n"),
         "x.yaml:6:14: address: 'fe80::1' is link-local and needs an interface (expected "
         "interface: NAME)\n"},
        {"a public AS behind a private interface",
         with_neighbor("    address: 192.0.2.1\n    "
                       "remote-as: 3320\n    password: "
                       "abcdef\n    profile: "
                       "aws-private\n"),
         "x.yaml:7:16: remote-as: 3320 is not a private AS number (aws-private expected "
         "64512..65534 or 4200000000..4294967294)\n"},
        {"not Amazon's AS", neighbor("    password: abcdef\n    profile: aws-public\n"),
         "x.yaml:7:16: remote-as: 64512 is not Amazon's AS on a public virtual interface "
         "(aws-public expected 7224)\n"},
        {"our own AS",
         with_neighbor("    address: 192.0.2.1\n    remote-as: 65000\n    profile: aws-vpn\n"),
         "x.yaml:7:16: remote-as: 65000 is our own AS number too (aws-vpn expected Amazon's: the "
         "two must differ)\n"},
        {"hold 0 at AWS", neighbor("    profile: aws-vpn\n    timers: {hold: 0}\n"),
         "x.yaml:9:13: timers: hold 0 is refused by AWS (aws-vpn expected 3s and more)\n"},
        {"a short key", neighbor("    profile: aws-private\n    password: \"12345\"\n"),
         "x.yaml:9:15: password: the key has 5 bytes (aws-private expected 6 to 80)\n"},
        {"a blank at the end", neighbor("    profile: aws-private\n    password: \"123456 \"\n"),
         "x.yaml:9:15: password: the key has a blank at an end (aws-private expected none)\n"},
        {"a control character", neighbor("    profile: aws-private\n    password: \"123\\t456\"\n"),
         "x.yaml:9:15: password: the key has a control character in it (aws-private expected "
         "none)\n"},
        {"a long key", neighbor("    password: " + std::string(81, 'k') + "\n"),
         "x.yaml:8:15: password: the key has 81 bytes (expected 1 to 80)\n"},
        {"the placeholder", neighbor("    password: <hidden>\n"),
         "x.yaml:8:15: password: this is what show running-config writes for a key (expected the "
         "key itself, or password-file)\n"},
        {"two keys", neighbor("    password: abc\n    password-file: /k\n"),
         "x.yaml:9:20: password-file: /k: No such file or directory (expected a file "
         "with the key)\n"
         "x.yaml:9:20: password-file: password is given too (expected one of them)\n"},
        {"TTL security at AWS", neighbor("    profile: aws-vpn\n    ttl-security: true\n"),
         "x.yaml:9:19: ttl-security: AWS sends TTL 1, so nothing would be accepted (aws-vpn "
         "expected false)\n"},
        {"TTL security over hops", neighbor("    ttl-security: true\n    multihop: 3\n"),
         "x.yaml:8:19: ttl-security: it accepts only directly connected neighbors (expected no "
         "multihop)\n"},
        {"AWS over hops", neighbor("    profile: aws-vpn\n    multihop: 2\n"),
         "x.yaml:9:15: multihop: AWS sends TTL 1 (aws-vpn expected 1)\n"},
        {"restart with BFD", neighbor("    bfd: true\n    graceful-restart: helper\n"),
         "x.yaml:9:23: graceful-restart: BFD is on, and restart would keep the routes of a "
         "neighbor that BFD has found dead (expected off, or bfd: false, or {mode: …, force: "
         "true})\n"},
        {"BFD over hops", neighbor("    bfd: true\n    multihop: 2\n"),
         "x.yaml:8:10: bfd: BFD is for directly connected neighbors, RFC 5881 (expected multihop: "
         "1)\n"},
        {"two families at AWS", neighbor("    profile: aws-vpn\n    families: [ipv4, ipv6]\n"),
         "x.yaml:9:15: families: an AWS session carries the family of its address only (aws-vpn "
         "expected [ipv4] here, and a second session for the other family)\n"},
        {"a scope elsewhere", neighbor("    scope: region\n"),
         "x.yaml:8:12: scope: it acts on public virtual interfaces (expected profile: "
         "aws-public)\n"},
        {"covered-by-dx elsewhere", neighbor("    covered-by-dx: keep\n"),
         "x.yaml:8:20: covered-by-dx: it acts on VPN routes (expected profile: aws-vpn)\n"},
        {"a role inside",
         with_neighbor("    address: 192.0.2.1\n    remote-as: 65000\n    "
                       "bgp-role: peer\n"),
         "x.yaml:8:15: bgp-role: roles are for eBGP, RFC 9234 (expected none: remote-as is our "
         "own)\n"},
        {"eBGP without next-hop-self", neighbor("    next-hop-self: false\n"),
         "x.yaml:8:20: next-hop-self: toward eBGP neighbors it is always on (expected true)\n"},
        {"one address twice",
         neighbor("  - {address: 192.0.2.1, remote-as: 64513, import: accept-all, export: "
                  "accept-all}\n"),
         "x.yaml:8:15: address: '192.0.2.1' is another neighbor's already (expected each once; "
         "first in line 6)\n"},
        {"one name twice",
         neighbor("    name: dx\n  - {address: 192.0.2.2, remote-as: 64513, name: dx, import: "
                  "accept-all, export: accept-all}\n"),
         "x.yaml:9:50: name: 'dx' is another neighbor's already (expected each once; first in "
         "line 8)\n"},
    });
}

TEST_CASE("mistakes in static routes") {
    check({
        {"to nowhere", routed("static-routes:\n  - {prefix: 10.1.0.0/16}\n"),
         "x.yaml:4:5: static-routes: a route to nowhere (expected via, interface or blackhole: "
         "true)\n"},
        {"two ways at once",
         routed("static-routes:\n  - {prefix: 10.1.0.0/16, via: 192.0.2.1, blackhole: true}\n"),
         "x.yaml:4:54: static-routes: it has a next hop too (expected via, interface or "
         "blackhole: true)\n"},
        {"another family",
         routed("static-routes:\n  - {prefix: 10.1.0.0/16, via: \"2001:db8::1\"}\n"),
         "x.yaml:4:32: static-routes: via: '2001:db8::1' is of another family than the prefix "
         "(expected an IPv4 address)\n"},
        {"distance 255",
         routed("static-routes:\n  - {prefix: 10.1.0.0/16, via: 192.0.2.1, distance: 255}\n"),
         "x.yaml:4:53: distance: '255' is not in range (expected 1..254)\n"},
        {"one route twice",
         routed("static-routes:\n  - {prefix: 10.1.0.0/16, via: 192.0.2.1}\n  "
                "- {prefix: 10.1.0.0/16, via: 192.0.2.1, distance: 5}\n"),
         "x.yaml:5:5: static-routes: this route is there already (expected each once; first in "
         "line 4)\n"},
        {"BFD without a host",
         routed("static-routes:\n  - {prefix: 10.1.0.0/16, interface: eth0, bfd: true}\n"),
         "x.yaml:4:49: static-routes: bfd: there is no neighbor to watch (expected via)\n"},
        {"one host watched on two links",
         routed("static-routes:\n  - {prefix: 10.1.0.0/16, via: 192.0.2.1, interface: eth0, bfd: "
                "true}\n"
                "  - {prefix: 10.2.0.0/16, via: 192.0.2.1, interface: eth1, bfd: true}\n"),
         "x.yaml:5:54: static-routes: interface: BFD watches '192.0.2.1' on eth0 already (expected "
         "the "
         "same interface)\n"},
    });
}

TEST_CASE("a default route does not go out on a public virtual interface") {
    const auto text = [](const char* network, const char* policy) {
        return std::string("router: {asn: 65000}\nnetworks: [") + network +
               "]\npolicies:\n  ours:\n    - match: {prefix: [203.0.113.0/24]}\n"
               "      then: accept\nneighbors:\n  - {address: 192.0.2.1, remote-as: 7224, profile: "
               "aws-public, password: abcdef, import: accept-all,\n     export: " +
               policy + "}\n";
    };
    CHECK(said(load_text(text("0.0.0.0/0", "accept-all"))) ==
          "x.yaml:9:14: export: it lets the default route out, and on a public virtual interface "
          "AWS takes only prefixes that are ours (expected a policy that rejects 0.0.0.0/0)\n");
    CHECK(said(load_text(text("0.0.0.0/0", "ours"))).empty());
    CHECK(said(load_text(text("203.0.113.0/24, \"::/0\"", "accept-all"))).empty());
}

TEST_CASE("a redistributed static default route that a public interface's policy accepts is told") {
    const auto text = [](const char* redistributed, const char* exported) {
        return std::string("router: {asn: 65000}\npolicies:\n  ours:\n") +
               "    - match: {prefix: [203.0.113.0/24]}\n      then: accept\nredistribute: "
               "{static: "
               "{policy: " +
               redistributed +
               "}}\nneighbors:\n  - {address: 192.0.2.1, remote-as: 7224, profile: aws-public, "
               "password: abcdef, import: accept-all,\n     export: " +
               exported + "}\nstatic-routes:\n  - {prefix: 0.0.0.0/0, via: 192.0.2.9}\n";
    };
    const auto warned = load_text(text("accept-all", "accept-all"));
    CHECK(warned.config);
    CHECK(said(warned) ==
          "x.yaml:9:14: warning: export: it would let the redistributed static default route out, "
          "which is kept back: on a public virtual interface AWS takes only prefixes that are ours "
          "(expected a policy that rejects 0.0.0.0/0)\n");
    CHECK(said(load_text(text("ours", "accept-all"))).empty());
    CHECK(said(load_text(text("accept-all", "ours"))).empty());
}

TEST_CASE("Amazon's own AS numbers are taken where AWS has or had them") {
    const auto text = [](const char* as, const char* profile) {
        return with_neighbor("    address: 192.0.2.1\n    remote-as: " + std::string(as) +
                             "\n    password: abcdef\n    profile: " + profile + "\n");
    };
    const auto* const as = GENERATE("7224", "9059", "10124", "17493");
    const auto legacy = load_text(text(as, "aws-private"));
    CHECK(legacy.config);
    CHECK(said(legacy) == "x.yaml:7:16: warning: remote-as: " + std::string(as) +
                              " is Amazon's on virtual private gateways from before 2018 only, and "
                              "on public virtual interfaces (aws-private expected 64512..65534 or "
                              "4200000000..4294967294, unless AWS's console shows it)\n");
    for (const auto* any : {as, "64512", "3320", "4200000000"})
        CHECK(said(load_text(text(any, "aws-vpn"))).empty());
    CHECK(!load_text(text("3320", "aws-private")).config);
    CHECK(!load_text(text(as, "aws-transit")).config);
}

TEST_CASE("a file with a key has one line") {
    const auto text = neighbor("    password-file: /k\n");
    for (const auto* const content : {"secret\n\n", "secret\nmore\n", "\nsecret", "se\rcret\r\n"})
        CHECK(said(load_text(text, {{"/k", content}})) ==
              "x.yaml:8:20: password-file: /k has more than one line (expected the key alone)\n");
}

TEST_CASE("warnings do not stop a configuration") {
    const auto warned = [](const std::string& text) {
        const auto result = load_text(text);
        CHECK(result.config);
        return said(result);
    };
    CHECK(warned("router: {asn: 65000}\nneighbors:\n  - {address: 192.0.2.1, remote-as: 1}\n") ==
          "x.yaml:3:5: warning: no import policy: nothing is accepted from this neighbor, RFC 8212 "
          "(expected import: POLICY, or accept-all)\n"
          "x.yaml:3:5: warning: no export policy: nothing is sent to this neighbor, RFC 8212 "
          "(expected export: POLICY, or accept-all)\n");
    CHECK(
        said(load_text(neighbor("    timers: {hold: 6s, keepalive: 10s}\n"))) ==
        "x.yaml:8:13: timers: keepalive 10s is no less than hold 6s (expected at most 2s: RFC 4271 "
        "10)\n");
    CHECK(warned(neighbor("    timers: {hold: 30s, keepalive: 11s}\n")) ==
          "x.yaml:8:13: warning: timers: keepalive 11s is more than a third of hold 30s, and no "
          "more is "
          "used (expected "
          "at most 10s: RFC 4271 10)\n");
    CHECK(warned(neighbor("    profile: aws-private\n")) ==
          "x.yaml:8:14: warning: profile: no password, but AWS sets a key on every Direct Connect "
          "session (expected password or password-file)\n");
    CHECK(
        warned(neighbor("    profile: aws-private\n    password: abcdef\n    prefix-limit: {out: "
                        "1001}\n")) ==
        "x.yaml:10:19: warning: prefix-limit: out: AWS ends a session with more than 1000 prefixes "
        "(aws-private expected at most what AWS allocated)\n");
    CHECK(warned(neighbor("    profile: aws-private\n    password: abcdef\n    prefix-limit: {out: "
                          "100}\n"))
              .empty());
    for (const auto* const more : {"101", "1000", "none"}) {
        INFO(more);
        CHECK(warned(neighbor("    profile: aws-private\n    password: abcdef\n    prefix-limit: "
                              "{out: " +
                              std::string(more) + "}\n")) ==
              "x.yaml:10:19: warning: prefix-limit: out: AWS ends a session with more than 100 "
              "prefixes, unless it allocated more (aws-private expected 100, or what AWS "
              "allocated)\n");
    }
    CHECK(warned(neighbor("    profile: aws-private\n    password: abcdef\n    bfd: {interval: "
                          "50ms}\n")) ==
          "x.yaml:10:10: warning: bfd: AWS accepts no less than 300ms and a multiplier of 3 "
          "(aws-private expected at least these)\n");
    const auto exporting = [&](const std::string& community) {
        return warned(routed("policies: {p: [{set: {community: " + community +
                             "}, then: accept}]}\nneighbors:\n  - {address: 192.0.2.1, remote-as: "
                             "7224, profile: aws-public, password: abcdef, scope: continent, "
                             "import: accept-all, export: p}\n"));
    };
    CHECK(exporting("[\"65000:1\"]")
              .find("warning: export: the policy p (line 3) sets other "
                    "communities instead of 7224:9200, so AWS is not told of "
                    "`scope` (expected community: {add: …}, or 7224:9200 "
                    "among them)") != std::string::npos);
    CHECK(exporting("[\"65000:1\", \"7224:9100\"]").empty());
    CHECK(exporting("{add: [\"65000:1\"]}").empty());
    CHECK(warned(routed("policies:\n  p:\n    - then: accept\n    - then: reject\n")) ==
          "x.yaml:6:7: warning: this rule is never reached: the one before decides about all "
          "routes (expected it to be the last)\n");
    CHECK(
        warned(routed("as-path-sets: {s: [\"^1{2}\"]}\n")) ==
        "x.yaml:3:20: warning: s: '^1{2}' has braces, which are in no AS path: they are no counts, "
        "and a route with an AS_SET is not used (expected none)\n");
}

TEST_CASE("to restart gracefully and take the routes along is warned about") {
    const auto said_of = [](std::string_view mode, std::string_view fib) {
        return said(load_text(neighbor("    graceful-restart: " + std::string(mode) + "\n") +
                              std::string(fib)));
    };
    CHECK(said_of("full", "") ==
          "x.yaml:8:23: warning: graceful-restart: when we stop, the session ends and our routes "
          "leave the kernel (fib.on-stop: remove), so that full helps after a crash or an upgrade "
          "only (expected fib: {on-stop: keep}, or helper)\n");
    CHECK_FALSE(said_of("{mode: full}", "fib: {on-stop: remove}\n").empty());
    CHECK(said_of("full", "fib: {on-stop: keep}\n").empty());
    CHECK(said_of("full", "fib: {enabled: false}\n").empty());
    CHECK(said_of("helper", "").empty());
}

TEST_CASE("all mistakes of a file are reported in one go, in the order of the file") {
    const auto result = load_text(
        "ruoter:\n"
        "  asn: 65000\n"
        "networks:\n"
        "  - 10.0.0.1/16\n"
        "  - banana\n"
        "neighbors:\n"
        "  - addres: 192.168.1.1\n"
        "    remote-as: x\n"
        "    password: correct horse battery\n"
        "    password: staple\n"
        "    timers: {hold: 1s}\n"
        "    import: nothing-like-it\n"
        "fib: {metrics: 5, metric: -1}\n");
    CHECK(said(result) ==
          "x.yaml:1:1: unknown key 'ruoter' (did you mean 'router'?)\n"
          "x.yaml:4:5: networks: '10.0.0.1/16' has host bits set (did you mean 10.0.0.0/16?)\n"
          "x.yaml:5:5: networks: 'banana' is not a prefix (expected ADDRESS/LENGTH, as "
          "10.0.0.0/16)\n"
          "x.yaml:7:5: unknown key 'addres' (did you mean 'address'?)\n"
          "x.yaml:7:5: warning: no export policy: nothing is sent to this neighbor, RFC 8212 "
          "(expected export: POLICY, or accept-all)\n"
          "x.yaml:8:16: remote-as: 'x' is not an AS number (expected 1..4294967294, or asdot as "
          "1.10)\n"
          "x.yaml:10:5: the key 'password' stands here again (expected once; first in line 9)\n"
          "x.yaml:11:20: hold: '1s' is not possible as a hold time (expected 0, or 3s and more: "
          "RFC 4271 4.2)\n"
          "x.yaml:12:13: import: 'nothing-like-it' is not a policy (expected the name of one under "
          "policies, accept-all or reject-all)\n"
          "x.yaml:13:7: unknown key 'metrics' (did you mean 'metric'?)\n"
          "x.yaml:13:27: metric: '-1' is not a number (expected 1..4294967295)\n");
    CHECK(!result.config);
}

TEST_CASE("a file that is wrong all over does not take for ever") {
    std::string text;
    for (int i = 0; i < 20'000; ++i)
        text += "neighbor-" + std::to_string(i) + ": {}\n";
    const auto result = load_text(text);
    CHECK(result.diagnostics.size() == 1001);
    CHECK(result.diagnostics.back().text ==
          "too many mistakes; the rest of the file was not looked at (expected fewer)");
}

TEST_CASE("no message shows a key, whatever is wrong around it") {
    for (const auto& keys : {
             "    password: [hunter2hunter2]\n",
             "    password: {hunter2hunter2: 1}\n",
             "    profile: aws-private\n    password: \" hunter2hunter2\"\n",
             "    password: hunter2hunter2\n    password: hunter2hunter2\n",
             "    passwrd: hunter2hunter2\n",
             "    password hunter2hunter2\n",
             "    password: hunter2hunter2: 1\n",
             "    password: \"hunter2\\qhunter2\"\n",
             "    password: *hunter2hunter2\n",
             "    password: @hunter2hunter2\n",
             "    password: \"hunter2hunter2hunter2hunter2hunter2hunter2hunter2hunter2hunter2"
             "hunter2hunter2hunter2\"\n",
             "    password: \"hunter2hunter2\n",
             "    bfd: true\n    password: hunter2hunter2\n    multihop: 3\n",
         }) {
        const auto result = load_text(neighbor(keys));
        INFO(keys);
        CHECK(!result.config);
        CHECK(!result.diagnostics.empty());
        CHECK(said(result).find("hunter2") == std::string::npos);
    }
}

TEST_CASE("a file that cannot be read is said so with its path") {
    const auto missing = load_config("/nonexistent/dxrouted.yaml");
    CHECK(said(missing) == "/nonexistent/dxrouted.yaml: cannot open: No such file or directory\n");
    CHECK(said(load_config("/")) == "/: is a directory\n");
    CHECK(said(load_config("/dev/null")) == "/dev/null: is not a regular file\n");
}

TEST_CASE("a hook's program that is not there keeps no router from starting") {
    const auto result = load_text(hook("{on: failover, command: [/bin/treu]}"));
    CHECK_FALSE(result.has_errors());
    REQUIRE(result.diagnostics.size() == 1);
    CHECK(result.diagnostics[0].to_string() ==
          "x.yaml:4:30: warning: command: '/bin/treu' cannot be run: No such file or directory "
          "(expected a program)");
}

TEST_CASE("mistakes in hooks") {
    check({
        {"no event", hook("{command: [/bin/true]}"),
         "x.yaml:4:5: hooks: the key 'on' is missing (expected on: VALUE)\n"},
        {"an empty list of events", hook("{on: [], command: [/bin/true]}"),
         "x.yaml:4:10: on: no event (expected a list of neighbor-up | neighbor-down | bfd-down | "
         "gateway-up | gateway-down | prefix-limit | failover | configuration)\n"},
        {"an unknown event", hook("{on: neighbour-down, command: [/bin/true]}"),
         "x.yaml:4:10: on: 'neighbour-down' is not known (expected neighbor-up | neighbor-down | "
         "bfd-down | gateway-up | gateway-down | prefix-limit | failover | configuration; did you "
         "mean 'neighbor-down'?)\n"},
        {"nothing to do", hook("{on: failover}"),
         "x.yaml:4:5: hooks: a hook that does nothing (expected command or webhook)\n"},
        {"two things to do",
         hook("{on: failover, command: /bin/true, webhook: \"http://127.0.0.1/\"}"),
         "x.yaml:4:49: hooks: webhook: there is a command too (expected command or webhook)\n"},
        {"no program", hook("{on: failover, command: []}"),
         "x.yaml:4:29: command: this is a list (expected [/path/of/a/program, ARGUMENT, …])\n"},
        {"a relative path", hook("{on: failover, command: [true]}"),
         "x.yaml:4:30: command: 'true' is not an absolute path (expected [/path/of/a/program, "
         "ARGUMENT, …])\n"},
        {"too long", hook("{on: failover, command: /bin/true, timeout: 1h}"),
         "x.yaml:4:49: timeout: '1h' is not in range (expected 100ms to 5m)\n"},
        {"not a list", routed("hooks: {on: failover}\n"),
         "x.yaml:3:8: hooks: this is a mapping (expected - {on: [neighbor-down], command: "
         "[/path]})\n"},
    });
    for (const auto* url :
         {"https://127.0.0.1/", "http://example.com/", "127.0.0.1:80", "http://127.0.0.1:0/",
          "http://::1/", "http://user:hunter2@127.0.0.1/", "http://127.0.0.1/hunter2 b",
          "https://hooks.example.com/services/hunter2", "http://127.0.0.1/<hidden>"}) {
        CAPTURE(url);
        const auto result =
            load_text(hook("{on: failover, webhook: \"" + std::string(url) + "\"}"));
        CHECK(said(result).starts_with("x.yaml:4:29: webhook: "));
        CHECK(said(result).find("(expected ") != std::string::npos);
        CHECK(said(result).find("hunter2") == std::string::npos);
    }
}

}  // namespace dx::config
