// GET /v1/routes: the forwarding table with what the kernel made of it, in the keys of FRR's
// `show ip route json`: PREFIX -> one element a source. One prefix a line.
#include <array>
#include <utility>

#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/route_json.hpp"

namespace dx::control {
namespace {

constexpr std::size_t kRoutesPerAnswer = 1024;  // each asks the other thread once

constexpr std::array<std::string_view, 4> kSourceNames{"connected", "static", "bgp", "kernel"};

std::string_view source_name(RouteSource source) {
    return kSourceNames[static_cast<std::size_t>(source)];
}

constexpr std::array<std::string_view, 6> kStateNames{"installed", "queued",     "failed",
                                                      "conflict",  "unresolved", "inactive"};

std::string_view state_name(RouteView::State state) {
    return kStateNames[static_cast<std::size_t>(state)];
}

void write_next_hop(const RouteNextHopView& hop, bool installed, JsonWriter& json) {
    json.begin_object();
    if (installed && hop.active && !hop.backup) json.member("fib", true);
    if (hop.gateway) {
        json.member("ip", hop.gateway->to_string());
        json.member("afi", net::to_string(hop.gateway->family()));
    } else {
        json.member("directlyConnected", true);
    }
    if (!hop.interface.empty()) {
        json.member("interfaceIndex", hop.interface_index);
        json.member("interfaceName", hop.interface);
    }
    json.member("active", hop.active);
    if (hop.backup) json.member("backup", true);
    json.member("weight", hop.weight);
    if (!hop.passed_over.empty())
        json.member("passedOver", hop.passed_over).member("neighbor", hop.neighbor);
    if (hop.resolved_from) json.member("resolvedFrom", hop.resolved_from->to_string());
    json.end_object();
}

void write_next_hops(const RouteView& route, bool installed, JsonWriter& json) {
    json.key("nexthops").begin_array();
    if (route.blackhole)
        json.begin_object()
            .member("unreachable", true)
            .member("blackhole", true)
            .member("active", true)
            .end_object();
    for (const auto& hop : route.next_hops)
        write_next_hop(hop, installed, json);
    json.end_array();
}

}  // namespace

void write_route(const RouteView& route, JsonWriter& json) {
    using State = RouteView::State;
    const bool installed = route.state == State::Installed;
    json.begin_object().member("prefix", route.prefix.to_string());
    json.member("prefixLen", route.prefix.length());
    json.member("protocol", source_name(route.source));
    json.member("vrfId", 0).member("vrfName", "default");
    if (route.selected) json.member("selected", true).member("destSelected", true);
    json.member("distance", route.distance).member("metric", route.metric);
    if (installed) json.member("installed", true);
    if (route.state == State::Queued) json.member("queued", true);
    if (route.state == State::Failed) json.member("failed", true);
    json.member("state", state_name(route.state));
    if (!route.state_text.empty()) json.member("stateText", route.state_text);
    if (!route.kept.empty()) json.member("stale", true).member("kept", route.kept);
    json.member("table", route.table);
    if (route.nexthop_object != 0) json.member("installedNexthopGroupId", route.nexthop_object);
    json.member("uptime", age_text(route.age)).member("uptimeMsec", route.age.count());
    write_next_hops(route, installed, json);
    json.end_object();
}

namespace {

class RouteStream : public BodyStream {
public:
    explicit RouteStream(std::unique_ptr<RouteWalk> walk) : walk_(std::move(walk)) {}

    void next(Answer answer) override {
        walk_->next(kRoutesPerAnswer,
                    [this, answer = std::move(answer)](std::vector<RouteView> routes, bool more) {
                        std::string piece;
                        for (const auto& route : routes)
                            write_row(route, piece);
                        if (!more) piece += open_ ? "]\n}\n" : "}\n";
                        answer(std::move(piece), more);
                    });
    }

private:
    // The sources of a prefix follow each other, maybe across two answers: its array stays open
    // until another prefix comes.
    void write_row(const RouteView& route, std::string& piece) {
        JsonWriter json(piece);
        if (open_ == route.prefix) {
            piece += ',';
        } else {
            if (open_) piece += "]\n,";
            json.key(route.prefix.to_string()).begin_array();
            open_ = route.prefix;
        }
        write_route(route, json);
    }

    std::unique_ptr<RouteWalk> walk_;
    std::optional<net::Prefix> open_;
};

OrRefusal<std::optional<RouteSource>> source_parameter(const Request& request) {
    const auto text = request.parameter("source");
    if (!text) return std::optional<RouteSource>{};
    for (std::size_t i = 0; i < kSourceNames.size(); ++i)
        if (*text == kSourceNames[i]) return std::optional{static_cast<RouteSource>(i)};
    return Refusal{"source is connected, static, bgp or kernel, not " + std::string(*text)};
}

}  // namespace

Reply get_routes(const Call& call) {
    const auto selection = table_selection(call.request);
    if (!selection) return error_reply(selection.error());
    const auto source = source_parameter(call.request);
    if (!source) return error_reply(source.error());
    Reply reply;
    reply.body = "{\n";
    reply.stream = std::make_unique<RouteStream>(call.queries.routes(
        {selection->family, *source, selection->prefix, selection->address, selection->within}));
    return reply;
}

}  // namespace dx::control
