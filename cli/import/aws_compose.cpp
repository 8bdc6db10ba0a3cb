#include "cli/import/aws_compose.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "cli/import/addresses.hpp"
#include "cli/import/aws_checks.hpp"
#include "cli/import/aws_links.hpp"
#include "cli/import/names.hpp"
#include "cli/import/numbers.hpp"

namespace dx::importing {
namespace {

constexpr unsigned kUsualVpnHold = 30;

// The AS number that AWS expects of us most often; the first of them if there are several.
std::uint32_t our_as(const std::vector<AwsSession>& sessions) {
    std::map<std::uint32_t, std::size_t> count;
    for (const auto& session : sessions)
        if (is_usable_as(session.customer_asn)) ++count[session.customer_asn];
    std::uint32_t best = 0;
    for (const auto& session : sessions)
        if (const auto as = session.customer_asn;
            is_usable_as(as) && (best == 0 || count[as] > count[best]))
            best = as;
    return best;
}

class Composer {
public:
    Composer(AwsSessions read, const AwsOptions& options)
        : sessions_(std::move(read.sessions)),
          options_(options),
          links_(options.interfaces, out_.notes) {
        out_.notes = std::move(read.notes);
    }

    Configuration compose() {
        out_.asn = our_as(sessions_);
        for (const auto& session : sessions_)
            add_session(session);
        if (out_.neighbors.empty()) throw Unreadable(nothing_left());
        out_.links = links_.take();
        add_networks();
        add_policies();
        add_load_sharing();
        warn_of_shared_devices();
        return std::move(out_);
    }

private:
    void note(Note::Kind kind, const std::string& what, const std::string& why) {
        out_.notes.push_back({kind, 0, what, why});
    }

    std::string nothing_left() const {
        std::string text = "nothing in it can be configured";
        for (const auto& each : out_.notes)
            if (each.kind == Note::Kind::Skipped) text += "; " + each.subject + ": " + each.why;
        return text +
               " (expected a virtual interface with a BGP peer, or a VPN connection with BGP)";
    }

    // Why no session can be made of it; "" if one can.
    std::string problem_of(const AwsSession& session) const {
        const auto amazon = parse_interface_address(session.amazon_address);
        const auto ours = parse_interface_address(session.customer_address);
        if (!amazon || !ours || is_ipv6(amazon->address) != is_ipv6(ours->address))
            return fmt::format("\"{}\" and \"{}\" are not two addresses with their prefix length",
                               session.amazon_address, session.customer_address);
        if (amazon->address == ours->address)
            return fmt::format("{} is said to be the address of both ends", ours->address);
        if (!is_usable_as(session.amazon_asn)) return "AWS's AS number is not said";
        if (!is_usable_as(session.customer_asn)) return "our AS number is not said";
        if (session.customer_asn != out_.asn)
            return fmt::format("AWS expects AS {} of us there; this router is AS {}",
                               session.customer_asn, out_.asn);
        if (session.amazon_asn == out_.asn)
            return fmt::format("AWS's side has our AS number, {}: the two must differ", out_.asn);
        for (const auto& neighbor : out_.neighbors)
            if (neighbor.address == amazon->address)
                return fmt::format("its address {} is that of {} already", amazon->address,
                                   neighbor.name);
        return {};
    }

    void add_session(const AwsSession& session) {
        if (const auto problem = problem_of(session); !problem.empty())
            return note(Note::Kind::Skipped, session.label, problem);
        if (const auto problem = network_problem(session); !problem.empty())
            note(Note::Kind::Advice, session.label, problem);
        Neighbor neighbor;
        neighbor.name = name_of(session);
        neighbor.description = session.description;
        neighbor.address = parse_interface_address(session.amazon_address)->address;
        neighbor.local_address = parse_interface_address(session.customer_address)->address;
        neighbor.remote_as = session.amazon_asn;
        neighbor.interface = links_.add(session);
        neighbor.comments = session.comments;
        neighbor.limits[session.is_ipv6()].out = session.limit_out;
        neighbor.import_policy = "from-aws";
        neighbor.export_policy = "to-aws";
        if (session.is_vpn() && session.hold != 0 && session.hold != kUsualVpnHold)
            neighbor.hold = session.hold;
        add_key(session, neighbor);
        add_profile(session, neighbor);
        if (session.profile == "aws-public") add_public(session, neighbor);
        out_.neighbors.push_back(std::move(neighbor));
        if (!session.is_vpn()) circuits_.push_back(&session);
    }

    std::string name_of(const AwsSession& session) {
        const bool both = std::ranges::any_of(sessions_, [&](const auto& other) {
            return other.id == session.id && other.is_ipv6() != session.is_ipv6();
        });
        const auto* const family = both && session.is_ipv6() && !session.is_vpn() ? "-v6" : "";
        const auto name = fit_name(session.name);
        return names_.take({name.empty() ? "" : name + family, session.id + family});
    }

    void add_key(const AwsSession& session, Neighbor& neighbor) {
        if (session.is_vpn()) return;
        const auto problem = session.key.empty() ? "it is not said" : key_problem(session.key);
        if (problem.empty()) {
            neighbor.key = session.key;
            return;
        }
        note(Note::Kind::Skipped, session.label + ", authKey", problem);
        neighbor.hints.push_back(
            fmt::format("password-file: {}   # AWS sets a key on every session",
                        "keys/" + neighbor.name + ".key"));
    }

    // What AS numbers of AWS's side each profile allows.
    static bool suits(const AwsSession& session) {
        const auto as = session.amazon_asn;
        if (session.profile == "aws-public") return as == kAmazonPublicAs;
        if (session.is_vpn()) return true;
        return is_private_as(as) || (session.profile == "aws-private" && is_legacy_amazon_as(as));
    }

    // Where no profile allows it: a neighbor that prefers the circuit as the profile would. What
    // only a profile can do is said.
    void add_profile(const AwsSession& session, Neighbor& neighbor) {
        if (suits(session)) {
            neighbor.profile = session.profile;
            return;
        }
        neighbor.comments.push_back(fmt::format(
            "AS {} is not one that profile {} allows: BFD, limits and LOCAL_PREF are written out",
            session.amazon_asn, session.profile));
        note(Note::Kind::Changed, session.label,
             fmt::format("AS {} suits no profile: `preference`, the checks of {} and its guard "
                         "against routes of other AWS circuits do not hold there",
                         session.amazon_asn, session.profile));
        neighbor.bfd = Bfd{};
        auto& limits = neighbor.limits[session.is_ipv6()];
        limits.in = PrefixLimit{1000, false, 0};
        if (limits.out == 0) limits.out = 100;
        neighbor.import_policy = "from-" + neighbor.name;
        out_.policies.push_back({neighbor.import_policy,
                                 {"As profile " + session.profile + " prefers it: before a VPN."},
                                 {{"", {{"prefix", "never-from-aws"}}, {}, "reject"},
                                  {"", {}, {{"local-pref", std::string("200")}}, "accept"}}});
    }

    // A public virtual interface may announce what AWS has approved, and nothing else.
    void add_public(const AwsSession& session, Neighbor& neighbor) {
        NamedSet set{neighbor.name + "-prefixes", {}, {}};
        set.comments.push_back("routeFilterPrefixes: what AWS takes from us on " + session.id);
        for (const auto& cidr : session.route_filters)
            if (const auto prefix = parse_prefix(cidr)) {
                set.items.push_back(*prefix);
                announced_.push_back(*prefix);
            }
        neighbor.export_policy = "to-" + neighbor.name;
        neighbor.hints.emplace_back(
            "scope: region   # or continent, global: how far AWS passes our prefixes on "
            "(7224:9x00)");
        Policy policy{neighbor.export_policy, {}, {}};
        policy.rules.push_back({"", {{"prefix", set.name}}, {}, "accept"});
        out_.prefix_sets.push_back(std::move(set));
        out_.policies.push_back(std::move(policy));
    }

    void add_networks() {
        announced_.insert(announced_.begin(), options_.networks.begin(), options_.networks.end());
        std::set<std::string> seen;
        for (const auto& prefix : announced_)
            if (seen.insert(prefix).second) out_.networks.push_back({prefix, false});
        out_.network_comments = {
            "What AWS may send to us. {prefix: …, when: route} announces one only while the route "
            "table",
            "has it."};
        if (!uses("to-aws") || !options_.networks.empty()) return;  // public: its own prefixes
        out_.network_comments = {
            "What AWS may send to us: write it here and into our-networks below, as",
            "  - 10.20.0.0/16",
            out_.networks.empty() ? "Until then AWS is told nothing and sends nothing."
                                  : "Until then AWS is told nothing but the public prefixes."};
        note(Note::Kind::Advice, "networks",
             "AWS does not know what is behind this router: write `networks` and `our-networks`, "
             "or say "
             "`networks 10.20.0.0/16,…`");
    }

    bool uses(std::string_view policy) const {
        return std::ranges::any_of(out_.neighbors,
                                   [&](const auto& each) { return each.export_policy == policy; });
    }

    void add_policies() {
        const bool ipv6 = std::ranges::any_of(
            out_.neighbors, [](const auto& each) { return is_ipv6(each.address); });
        NamedSet never{
            "never-from-aws", {"0.0.0.0/0", "127.0.0.0/8 le 32", "169.254.0.0/16 le 32"}, {}};
        never.comments = {
            "What AWS has no business to tell us. Take out 0.0.0.0/0 where AWS is the way",
            "to the Internet."};
        if (ipv6) never.items.insert(never.items.end(), {"::/0", "fe80::/10 le 128"});
        for (const auto& network : out_.networks)
            never.items.push_back(network.prefix);
        out_.prefix_sets.insert(out_.prefix_sets.begin(), std::move(never));
        out_.policies.insert(
            out_.policies.begin(),
            {"from-aws",
             {},
             {{"", {{"prefix", "never-from-aws"}}, {}, "reject"}, {"", {}, {}, "accept"}}});
        if (!uses("to-aws")) return;
        NamedSet ours{
            "our-networks", options_.networks, {"What AWS is told; exactly these prefixes."}};
        out_.prefix_sets.insert(out_.prefix_sets.begin(), std::move(ours));
        out_.policies.insert(out_.policies.begin() + 1,
                             {"to-aws", {}, {{"", {{"prefix", "our-networks"}}, {}, "accept"}}});
    }

    // Equal circuits are used together, as AWS does on its side.
    void add_load_sharing() {
        std::map<bool, unsigned> count;
        for (const auto* circuit : circuits_)
            if (circuit->profile != "aws-public") ++count[circuit->is_ipv6()];
        const auto most = std::max(count[false], count[true]);
        if (most < 2) return;
        out_.maximum_paths = std::min(most, 64U);
        out_.path_comments = {
            fmt::format(
                "{} circuits of equal preference: both we and AWS share the traffic among them.",
                most),
            "Where one shall carry it and the others stand by, say preference: high there and low "
            "at",
            "the others; that moves both directions. (By address and port only with the kernel's",
            "net.ipv4.fib_multipath_hash_policy=1.)"};
        for (auto& neighbor : out_.neighbors)
            if (neighbor.profile == "aws-private" || neighbor.profile == "aws-transit")
                neighbor.hints.emplace_back("preference: high   # or medium, low: see fib below");
    }

    void warn_of_shared_devices() {
        std::map<std::string, const AwsSession*> first;
        for (const auto* circuit : circuits_) {
            if (circuit->device.empty()) continue;
            const auto [found, is_new] = first.try_emplace(circuit->device, circuit);
            if (!is_new && found->second->connection != circuit->connection)
                note(Note::Kind::Advice, circuit->label,
                     fmt::format(
                         "it ends on {}, the same AWS device as {}: its maintenance takes both",
                         circuit->device, found->second->id));
        }
    }

    std::vector<AwsSession> sessions_;
    const AwsOptions& options_;
    Configuration out_;
    AwsLinks links_;
    UniqueNames names_;
    Texts announced_;
    std::vector<const AwsSession*> circuits_;  // that became neighbors
};

}  // namespace

Configuration compose(AwsSessions read, const AwsOptions& options) {
    return Composer(std::move(read), options).compose();
}

}  // namespace dx::importing
