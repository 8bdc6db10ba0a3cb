// `clear ip bgp` and `reload`, which change something, and `doctor`, which tries something.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "cli/command.hpp"
#include "cli/doctor/doctor.hpp"
#include "cli/fields.hpp"

namespace dx::cli {

void print_result(Invocation& call, const std::string& reply) {
    if (call.json) return call.out.write(reply);
    const auto result = parse_object(reply);
    for (const auto& line : list(result, "diagnostics"))
        if (line.is_string()) call.out.print("{}\n", std::string_view(line.get_string()));
    if (const auto done = text(result, "text"); !done.empty()) call.out.print("{}\n", done);
}

namespace {

// A session carries all its families: `clear ip bgp` ends it as `clear bgp` does, as with Cisco
// IOS. Of all neighbors it refreshes IPv4, of one what that one carries.
std::string cleared_family(const Invocation& call) {
    const bool old_form = call.match.has("ip");
    const bool means_all = !call.match.has("soft") || call.argument() != "*";
    if (call.family() == "all" || (old_form && means_all)) return {};
    return std::string(call.family());
}

}  // namespace

void clear_bgp(Invocation& call) {
    Object request{{"neighbor", std::string(call.argument())}};
    const bool in = call.match.has("in");
    const bool out = call.match.has("out");
    if (call.match.has("soft")) request["soft"] = in ? "in" : out ? "out" : "both";
    if (const auto family = cleared_family(call); !family.empty()) request["family"] = family;
    print_result(call, call.client.post("/v1/clear", boost::json::serialize(request)));
}

void reload(Invocation& call) {
    print_result(call, call.client.post("/v1/reload", ""));
}

void doctor(Invocation& call) {
    doctor::examine(call.client, call.argument(), call.json, call.out);
}

}  // namespace dx::cli
