// GET /v1/why: everything there is to say of where one prefix goes: its paths, who is told of it,
// and what the kernel has. What BGP knows is here at once, forwarding answers later.
#include <algorithm>
#include <utility>

#include "daemon/control/bgp_json.hpp"
#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/policy_json.hpp"
#include "daemon/control/route_json.hpp"

namespace dx::control {
namespace {

void write_why_path(const BgpRouteView& route, const WhyPathView& path, JsonWriter& json) {
    json.begin_object().key("path");
    write_path_detail(route, path.path, json);
    if (path.policy) {
        json.key("importPolicy");
        write_policy_run(*path.policy, json);
    }
    if (!path.unusable.empty()) json.member("unusable", path.unusable);
    json.end_object();
}

void write_neighbor(const WhyNeighborView& neighbor, JsonWriter& json) {
    json.begin_object().member("neighbor", neighbor.name);
    json.member("address", neighbor.address.to_string());
    json.member("advertised", neighbor.advertised);
    if (neighbor.waiting) json.member("waiting", true);
    if (!neighbor.because.empty()) json.member("because", neighbor.because);
    if (!neighbor.detail.empty()) json.member("detail", neighbor.detail);
    if (neighbor.policy) {
        json.key("exportPolicy");
        write_policy_run(*neighbor.policy, json);
    }
    json.end_object();
}

bool is_selected(const RouteView& route) {
    return route.selected;
}

std::string why_body(const WhyView& why, const std::vector<RouteView>& forwarding,
                     const std::optional<net::Prefix>& instead) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().member("schema", 1).member("prefix", why.prefix.to_string());
    if (why.more_specific) json.member("moreSpecific", why.more_specific->to_string());
    if (instead) json.member("goesBy", instead->to_string());
    BgpRouteView route;
    route.prefix = why.prefix;
    json.key("paths").begin_array();
    for (const auto& path : why.paths)
        write_why_path(route, path, json);
    json.end_array().key("neighbors").begin_array();
    for (const auto& neighbor : why.neighbors)
        write_neighbor(neighbor, json);
    json.end_array().key("forwarding").begin_array();
    for (const auto& entry : forwarding)
        write_route(entry, json);
    json.end_array().end_object();
    return body + '\n';
}

// Of an address, the longest match in either table counts. Where forwarding has nothing for the
// prefix itself, it is asked what carries it instead.
class WhyStream : public BodyStream {
public:
    WhyStream(const RouterQueries& queries, const TableSelection& asked)
        : queries_(queries), asked_(asked) {}

    void next(Answer answer) override {
        if (asked_.prefix) return explain(queries_.why(*asked_.prefix), answer);
        ask_forwarding({asked_.family, {}, {}, asked_.address},
                       [this, answer](const std::vector<RouteView>& found) {
                           auto why = queries_.why(*asked_.address);
                           if (!found.empty() && is_closer(found.front().prefix, why))
                               why = queries_.why(found.front().prefix);
                           explain(std::move(why), answer);
                       });
    }

private:
    using Then = std::function<void(const std::vector<RouteView>&)>;

    static constexpr std::size_t kSources = 16;  // of one prefix; there are fewer

    static bool is_closer(const net::Prefix& prefix, const WhyView& why) {
        return why.paths.empty() || prefix.length() > why.prefix.length();
    }

    void ask_forwarding(const RouteQuery& query, Then then) {
        walks_.push_back(queries_.routes(query));
        walks_.back()->next(kSources, [then = std::move(then)](std::vector<RouteView> found, bool) {
            then(found);
        });
    }

    void explain(WhyView why, const Answer& answer) {
        ask_forwarding({asked_.family, {}, why.prefix, {}},
                       [this, why, answer](const std::vector<RouteView>& found) {
                           if (std::ranges::any_of(found, is_selected))
                               answer(why_body(why, found, {}), false);
                           else
                               explain_without_route(why, found, answer);
                       });
    }

    void explain_without_route(const WhyView& why, const std::vector<RouteView>& unusable,
                               const Answer& answer) {
        ask_forwarding(
            {asked_.family, {}, {}, why.prefix.address()},
            [why, unusable, answer](const std::vector<RouteView>& found) {
                std::optional<net::Prefix> instead;
                for (const auto& route : found)
                    if (is_selected(route) && route.prefix.length() < why.prefix.length())
                        instead = route.prefix;
                answer(why_body(why, unusable, instead), false);
            });
    }

    const RouterQueries& queries_;
    TableSelection asked_;
    std::vector<std::unique_ptr<RouteWalk>> walks_;  // to the end: one may be the one that calls
};

}  // namespace

Reply get_why(const Call& call) {
    const auto selection = table_selection(call.request);
    if (!selection) return error_reply(selection.error());
    if (!selection->prefix && !selection->address)
        return error_reply(400, "why what? prefix=10.0.0.0/16 or address=10.0.0.1");
    Reply reply;
    reply.stream = std::make_unique<WhyStream>(call.queries, *selection);
    return reply;
}

}  // namespace dx::control
