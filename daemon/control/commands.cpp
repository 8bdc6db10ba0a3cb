// POST /v1/clear, /v1/drain and /v1/undrain. Done is 200; refused is 409 with the
// reason.
#include <array>

#include "daemon/control/find_neighbor.hpp"
#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/request_body.hpp"

namespace dx::control {
namespace {

using Object = boost::json::object;

struct SoftWord {
    std::string_view word;
    ClearRequest::Kind kind;
};

constexpr std::array kSoftWords{
    SoftWord{"both", ClearRequest::Kind::Soft},
    SoftWord{"in", ClearRequest::Kind::SoftIn},
    SoftWord{"out", ClearRequest::Kind::SoftOut},
};

OrRefusal<ClearRequest::Kind> clear_kind(const Object& object) {
    const auto soft = text_member(object, "soft");
    if (!soft) return soft.error();
    if (!*soft) return ClearRequest::Kind::Hard;
    for (const auto& [word, kind] : kSoftWords)
        if (**soft == word) return kind;
    return Refusal{"soft is in, out or both"};
}

OrRefusal<std::optional<net::Family>> clear_family(const Object& object) {
    const auto text = text_member(object, "family");
    if (!text) return text.error();
    if (!*text) return std::optional<net::Family>{};
    for (const auto family : bgp::kFamilies)
        if (**text == net::to_string(family)) return std::optional{family};
    return Refusal{"family is ipv4 or ipv6"};
}

OrRefusal<std::optional<std::string>> clear_neighbor(const Object& object,
                                                     const RouterQueries& queries) {
    const auto wanted = text_member(object, "neighbor");
    if (!wanted) return wanted.error();
    if (!*wanted) return Refusal{"neighbor is missing: a name, an address, or * for all"};
    if (**wanted == "*") return std::optional<std::string>{};
    const auto found = find_neighbor(queries, **wanted);
    if (!found) return found.error();
    return std::optional{found->name};
}

OrRefusal<ClearRequest> clear_request(const Call& call) {
    const auto object = body_object(call);
    if (!object) return object.error();
    const auto neighbor = clear_neighbor(*object, call.queries);
    if (!neighbor) return neighbor.error();
    const auto kind = clear_kind(*object);
    if (!kind) return kind.error();
    const auto family = clear_family(*object);
    if (!family) return family.error();
    return ClearRequest{*neighbor, *family, *kind, call.request.client};
}

OrRefusal<DrainRequest> drain_request(const Call& call) {
    const auto object = body_object(call);
    if (!object) return object.error();
    const auto neighbor = neighbor_member(*object, "neighbor", call.queries);
    if (!neighbor) return neighbor.error();
    const auto wait = milliseconds_member(*object, "waitMsecs", kDrainWait);
    if (!wait) return wait.error();
    DrainRequest request;
    request.neighbor = neighbor->name;
    request.by = call.request.client;
    if (*wait) request.wait = **wait;
    return request;
}

OrRefusal<NeighborView> undrain_request(const Call& call) {
    const auto object = body_object(call);
    if (!object) return object.error();
    return neighbor_member(*object, "neighbor", call.queries);
}

}  // namespace

Reply post_clear(const Call& call) {
    const auto request = clear_request(call);
    if (!request) return error_reply(request.error());
    return result_reply(call.commands.clear(*request));
}

Reply post_drain(const Call& call) {
    const auto request = drain_request(call);
    if (!request) return error_reply(request.error());
    return later<CommandResult>(
        [&to = call.commands, request = *request](auto answer) { to.drain(request, answer); },
        result_reply);
}

Reply post_undrain(const Call& call) {
    const auto neighbor = undrain_request(call);
    if (!neighbor) return error_reply(neighbor.error());
    return later<CommandResult>(
        [&to = call.commands, request = UndrainRequest{neighbor->name, call.request.client}](
            auto answer) { to.undrain(request, answer); },
        result_reply);
}

}  // namespace dx::control
