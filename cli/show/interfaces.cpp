// `show interface`: one line an interface, or one of them in full.
#include <algorithm>

#include <boost/json/serialize.hpp>

#include "cli/command.hpp"
#include "cli/failure.hpp"
#include "cli/fields.hpp"

namespace dx::cli {
namespace {

std::string_view status(const Object& interface) {
    if (text(interface, "administrativeStatus") != "up") return "admin down";
    return text(interface, "operationalStatus") == "up" ? "up" : "down";
}

// Only what should be up and is not is bad.
Tone tone_of(const Object& interface) {
    const auto word = status(interface);
    return word == "up" ? Tone::Good : word == "down" ? Tone::Bad : Tone::Plain;
}

std::string speed(const Object& interface) {
    const auto megabits = number(interface, "speed");
    if (megabits == 0) return "-";
    return megabits % 1000 == 0 ? fmt::format("{}G", megabits / 1000)
                                : fmt::format("{}M", megabits);
}

std::string addresses(const Object& interface) {
    std::string out;
    for (const auto& each : list(interface, "ipAddresses")) {
        if (!out.empty()) out += ", ";
        out += text(each.as_object(), "address");
    }
    return out.empty() ? "-" : out;
}

std::string vlan(const Object& interface) {
    return has(interface, "vlanId") ? optional_number(interface, "vlanId") : "-";
}

void print_table(const Object& interfaces, Output& out) {
    std::size_t width = std::string_view("Interface").size();
    for (const auto& [name, interface] : interfaces)
        width = std::max(width, name.size());
    out.print("{:<{}}  {:<10} {:>6} {:>6} {:>5}  {}\n", "Interface", width, "Status", "MTU",
              "Speed", "VLAN", "Addresses");
    for (const auto& [name, member] : interfaces) {
        const auto& interface = member.as_object();
        out.write_row(
            fmt::format("{:<{}}  {} {:>6} {:>6} {:>5}  ", std::string_view(name), width,
                        out.toned(fmt::format("{:<10}", status(interface)), tone_of(interface)),
                        number(interface, "mtu"), speed(interface), vlan(interface)),
            addresses(interface));
    }
}

void print_one(std::string_view name, const Object& interface, Output& out) {
    out.print("Interface {} is {}\n", name, out.toned(status(interface), tone_of(interface)));
    out.print("  index {}, type {}, MTU {}, speed {}\n", number(interface, "index"),
              text(interface, "interfaceType"), number(interface, "mtu"), speed(interface));
    if (has(interface, "vlanId"))
        out.print("  VLAN {} on {}\n", vlan(interface), text(interface, "parentInterface"));
    if (const auto mac = text(interface, "hardwareAddress"); !mac.empty())
        out.print("  hardware address {}\n", mac);
    out.print("  link ups {}, link downs {}\n", number(interface, "linkUps"),
              number(interface, "linkDowns"));
    for (const auto& each : list(interface, "ipAddresses"))
        out.print("  address {}\n", text(each.as_object(), "address"));
}

}  // namespace

void show_interface(Invocation& call) {
    const auto name = call.argument();
    if (name.empty() && passed_on_as_json(call, "/v1/interfaces")) return;
    const auto interfaces = parse_object(call.client.get("/v1/interfaces"));
    if (name.empty()) return print_table(interfaces, call.out);
    if (!has(interfaces, name)) throw Failure("no such interface: " + std::string(name));
    if (call.json)
        return call.out.print("{}\n", boost::json::serialize(Object{{name, interfaces.at(name)}}));
    print_one(name, child(interfaces, name), call.out);
}

}  // namespace dx::cli
