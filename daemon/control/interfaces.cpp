// GET /v1/interfaces: `show interface json`.
#include "daemon/control/forms.hpp"
#include "daemon/control/handlers.hpp"
#include "daemon/control/json_writer.hpp"

namespace dx::control {
namespace {

void write_interface(const InterfaceView& interface, JsonWriter& json) {
    json.begin_object();
    json.member("administrativeStatus", interface.admin_up ? "up" : "down");
    json.member("operationalStatus", interface.carrier ? "up" : "down");
    json.member("linkDetection", true);
    json.member("linkUps", interface.link_ups).member("linkDowns", interface.link_downs);
    if (interface.last_change) json.member("lastLinkChangeMsecs", interface.last_change->count());
    json.member("vrfName", "default").member("index", interface.index);
    json.member("mtu", interface.mtu).member("speed", interface.speed.value_or(0));
    json.member("type", interface.kind == "loopback" ? "Loopback" : "Ethernet");
    if (!interface.mac.empty()) json.member("hardwareAddress", interface.mac);
    json.key("ipAddresses").begin_array();
    for (const auto& [address, length] : interface.addresses) {
        json.begin_object();
        json.member("address", address.to_string() + '/' + std::to_string(length));
        json.member("secondary", false).end_object();
    }
    json.end_array();
    json.member("interfaceType", interface.kind);
    if (interface.vlan_id) json.member("vlanId", *interface.vlan_id);
    if (!interface.parent.empty()) json.member("parentInterface", interface.parent);
    json.end_object();
}

class InterfaceStream : public BodyStream {
public:
    explicit InterfaceStream(const RouterQueries& queries) : queries_(queries) {}

    void next(Answer answer) override {
        queries_.interfaces(
            [answer = std::move(answer)](const std::vector<InterfaceView>& interfaces) {
                std::string body;
                JsonWriter json(body);
                json.begin_object();
                for (const auto& interface : interfaces) {
                    json.key(interface.name);
                    write_interface(interface, json);
                }
                json.end_object();
                answer(body + '\n', false);
            });
    }

private:
    const RouterQueries& queries_;
};

}  // namespace

Reply get_interfaces(const Call& call) {
    Reply reply;
    reply.stream = std::make_unique<InterfaceStream>(call.queries);
    return reply;
}

}  // namespace dx::control
