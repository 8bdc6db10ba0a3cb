#include "cli/import/aws_links.hpp"

#include <boost/json/value.hpp>

#include "cli/import/yaml.hpp"
#include "tests/unit/cli/import/aws_imported.hpp"

using namespace dx::importing;

namespace {

// Two virtual interfaces, of two connections unless said otherwise.
std::string two_connections(unsigned second_vlan, const char* second = "dxcon-2") {
    auto one = boost::json::parse(vif()).as_object();
    auto other = one["virtualInterfaces"].as_array().front().as_object();
    other["virtualInterfaceId"] = "dxvif-2";
    other["connectionId"] = second;
    other["vlan"] = second_vlan;
    other["amazonAddress"] = "169.254.2.1/30";
    other["customerAddress"] = "169.254.2.2/30";
    one["virtualInterfaces"].as_array().push_back(other);
    return boost::json::serialize(one);
}

}  // namespace

TEST_CASE("two connections on one port are asked about, but not where that was said of each") {
    const auto text = two_connections(200);
    const auto advice_for = [&](const char* interfaces) {
        AwsOptions options;
        options.interfaces = InterfaceChoice(interfaces);
        return notes_of(import_of(text, options), Note::Kind::Advice);
    };
    const auto* const question =
        "dxcon-2: it is on eth0 as dxcon-1 is: if it has a port of its own, say "
        "`interface dxcon-1=eth0,dxcon-2=NAME`\n";
    CHECK(advice_for("eth0").find(question) != std::string::npos);
    CHECK(advice_for("dxcon-1=eth0,dxcon-2=eth1").find("port of its own") == std::string::npos);
    CHECK(advice_for("dxcon-1=eth0,dxcon-2=eth0").find("port of its own") == std::string::npos);
}

TEST_CASE("virtual interfaces that would share a VLAN are refused") {
    const auto text = two_connections(100);
    CHECK(import_of(text).links[1].name == "eth1.100");  // two connections, two ports
    AwsOptions options;
    options.interfaces = InterfaceChoice("eth0");
    CHECK(failure_of([&] { import_of(text, options); }) ==
          "VLAN 100 of eth0 is dxvif-1's and dxvif-2's (expected the interface of each connection: "
          "interface dxcon-1=eth0,dxcon-2=eth1)");
    CHECK(failure_of([&] { import_of(two_connections(100, "dxcon-1"), {}); }) ==
          "VLAN 100 of eth0 is dxvif-1's and dxvif-2's (expected one virtual interface in a VLAN "
          "of a connection: take dxvif-1 or dxvif-2 out of the file)");
}

TEST_CASE(
    "an interface for a connection that is not there is a mistake that names those there are") {
    AwsOptions options;
    options.interfaces = InterfaceChoice("dxcon-1=eth0,dxcon-x=eth1");
    CHECK(failure_of([&] { import_of(vif(), options); }) ==
          "interface dxcon-x=eth1: there is no such connection (expected one of dxcon-1)");
    options.interfaces = InterfaceChoice("dxcon-1=eth7");
    CHECK(import_of(vif(), options).links[0].name == "eth7.100");
}

TEST_CASE("units for a guessed interface are not to be installed as they are") {
    const auto next = [](const std::string& interface) {
        AwsOptions options;
        if (!interface.empty()) options.interfaces = InterfaceChoice(interface);
        const auto configuration = import_of(vif(), options);
        return summary(configuration, output_files(configuration), "out");
    };
    CHECK(next("").find("systemctl restart systemd-networkd") == std::string::npos);
    CHECK(next("").find("import again with `interface NAME`") != std::string::npos);
    CHECK(next("eth7").find("systemctl restart systemd-networkd") != std::string::npos);
}
