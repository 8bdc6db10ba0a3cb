// GET /v1/bfd/peers: `show bfd peers json`. The sessions that run, each with the neighbor and the
// static routes that stand and fall with it. FRR's keys, those of its `show bfd peers counters
// json` among them, and ours for what was agreed, what is left of the detection time, and what is
// wrong.
#include <cctype>

#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {
namespace {

std::string lower_case(std::string text) {
    for (auto& c : text)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

void write_state(const BfdPeerView& session, JsonWriter& json) {
    const auto status = session.state == "AdminDown" ? "shutdown" : lower_case(session.state);
    json.member("id", session.ours.discriminator);
    json.member("remote-id", session.remote.discriminator);
    json.member("passive-mode", false);
    json.member("status", status);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(session.state_for);
    if (status == "up") json.member("uptime", seconds.count());
    if (status == "down") json.member("downtime", seconds.count());
    json.member("diagnostic", session.ours.diagnostic);
    json.member("remote-diagnostic", session.remote.diagnostic);
}

void write_timers(const BfdPeerView& session, JsonWriter& json) {
    const auto& [ours, remote] = std::tie(session.ours, session.remote);
    json.member("receive-interval", ours.receive_interval.count());
    json.member("transmit-interval", ours.transmit_interval.count());
    json.member("echo-receive-interval", 0).member("echo-transmit-interval", 0);
    json.member("detect-multiplier", ours.multiplier);
    json.member("remote-receive-interval", remote.receive_interval.count());
    json.member("remote-transmit-interval", remote.transmit_interval.count());
    json.member("remote-echo-receive-interval", remote.echo_receive_interval.count());
    json.member("remote-detect-multiplier", remote.multiplier);
    if (session.transmit_interval)
        json.member("negotiated-transmit-interval", session.transmit_interval->count());
    if (session.detection_time) json.member("detection-time", session.detection_time->count());
    if (session.smallest_margin)
        json.member("smallest-margin-usec", session.smallest_margin->count());
}

void write_counters(const BfdPeerView& session, JsonWriter& json) {
    json.member("control-packet-input", session.packets_in);
    json.member("control-packet-output", session.packets_out);
    json.member("session-up", session.ups).member("session-down", session.downs);
    if (!session.discarded.empty()) {
        json.key("discarded").begin_object();
        for (const auto& [reason, count] : session.discarded)
            json.member(reason, count);
        json.end_object();
    }
    if (!session.refused.empty()) json.member("refused", session.refused);
    if (session.send_errors != 0) {
        json.member("send-errors", session.send_errors);
        json.member("last-send-error", session.last_send_error);
    }
    if (!session.trouble.empty()) json.member("trouble", session.trouble);
}

void write_users(const BfdPeerView& session, JsonWriter& json) {
    if (!session.neighbor.empty()) json.member("neighbor", session.neighbor);
    if (session.static_routes.empty()) return;
    json.key("static-routes").begin_array();
    for (const auto& prefix : session.static_routes)
        json.value(prefix.to_string());
    json.end_array();
}

void write_session(const BfdPeerView& session, JsonWriter& json) {
    json.begin_object().member("multihop", false);
    json.member("peer", session.peer.to_string());
    if (session.local) json.member("local", session.local->to_string());
    json.member("vrf", "default");
    if (!session.interface.empty()) json.member("interface", session.interface);
    write_users(session, json);
    write_state(session, json);
    write_timers(session, json);
    write_counters(session, json);
    json.end_object();
}

class BfdPeerStream : public BodyStream {
public:
    explicit BfdPeerStream(const RouterQueries& queries) : queries_(queries) {}

    void next(Answer answer) override {
        queries_.bfd_peers([answer = std::move(answer)](const std::vector<BfdPeerView>& peers) {
            std::string body;
            JsonWriter json(body);
            json.begin_array();
            for (const auto& peer : peers)
                write_session(peer, json);
            json.end_array();
            answer(body + '\n', false);
        });
    }

private:
    const RouterQueries& queries_;
};

}  // namespace

Reply get_bfd_peers(const Call& call) {
    Reply reply;
    reply.stream = std::make_unique<BfdPeerStream>(call.queries);
    return reply;
}

}  // namespace dx::control
