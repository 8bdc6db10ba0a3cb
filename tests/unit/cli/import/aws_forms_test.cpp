#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "cli/import/aws.hpp"
#include "tests/unit/cli/import/imported.hpp"

using namespace dx::importing;

namespace {

Configuration import_of(const boost::json::value& document) {
    return read_aws({{"file", boost::json::serialize(document)}}, {});
}

boost::json::value list_of(const char* name, const char* key) {
    return boost::json::parse(fixture(name)).at(key);
}

}  // namespace

TEST_CASE("what --query leaves of the usual form is read as that") {
    const auto vifs = list_of("vifs.json", "virtualInterfaces");
    const auto whole = read_aws({{"file", fixture("vifs.json")}}, {});
    CHECK(all_files(import_of(vifs)) == all_files(whole));
    CHECK(import_of(vifs.as_array().front()).neighbors.size() == 2);
    const auto vpns = list_of("vpn.json", "VpnConnections");
    CHECK(import_of(vpns).neighbors.size() == 2);
    CHECK(import_of(vpns.as_array().front()).neighbors.size() == 2);
    CHECK(import_of({{"VpnConnection", vpns.as_array().front()}}).neighbors.size() == 2);
}

TEST_CASE("a configuration for another vendor's router is refused by its name") {
    const boost::json::value document{{"customerRouterConfig", "interface GigabitEthernet0/1"},
                                      {"virtualInterfaceId", "dxvif-1"},
                                      {"router", {{"vendor", "Cisco Systems, Inc."}}}};
    CHECK(failure_of([&] {
              import_of(document);
          }).starts_with("file is from describe-router-configuration: "));
}

TEST_CASE("that the file of a VPN has keys is said") {
    const auto of = [](const char* name) {
        const auto configuration = read_aws({{name, fixture(name)}}, {});
        return summary(configuration, output_files(configuration), "out");
    };
    CHECK(of("vpn.json").find("vpn.json has the keys too") != std::string::npos);
    CHECK(of("vifs.json").find("vifs.json has the keys too") != std::string::npos);
}
