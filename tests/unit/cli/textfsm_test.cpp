// The text parses as Cisco's: regular expressions equivalent to those of the TextFSM templates that
// network automation uses for `show ip bgp summary`, `show ip bgp` and `show ip route` on IOS.
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/catch.hpp"
#include "tests/unit/cli/run_cli.hpp"

using namespace dx::cli;
using namespace dx::control;

namespace {

// The captures of each line that the expression takes as a whole, joined by "|".
std::vector<std::string> parsed(const std::string& text, const char* expression) {
    const std::regex regex(expression);
    std::vector<std::string> rows;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (!std::regex_match(line, match, regex)) continue;
        std::string row;
        for (std::size_t i = 1; i < match.size(); ++i)
            row += (i == 1 ? "" : "|") + match[i].str();
        rows.push_back(row);
    }
    return rows;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("a parser of IOS reads show ip bgp summary") {
    auto router = example_router();
    router.neighbor_views[1].families[0].import_policy.reset();  // adds a line below
    const auto text = run(router, "show ip bgp summary");
    CHECK(
        parsed(
            text,
            R"(^BGP\s+router\s+identifier\s+([0-9a-f:\.]+),\s+local\s+AS\s+number\s+(\d+)\s*$)") ==
        Rows{"10.20.0.1|65010"});
    CHECK(
        parsed(
            text,
            R"(^(\d+?\.\d+?\.\d+?\.\d+?)\s+\S+\s+(\d+)(?:\s+\d+?){5}\s+(\S+?)\s+(\S+?\s+\S+?|\S+?)\s*$)") ==
        Rows{"169.254.10.1|64512|00:00:46|1", "169.254.20.1|4200000001|1d02h|1",
             "203.0.113.9|64513|never|Idle (Admin)"});
}

TEST_CASE("a parser of IOS reads show ip bgp") {
    auto router = example_router();
    auto& route = router.bgp_tables[0][0];
    route.prefix = prefix("203.113.121.240/28");
    const auto text = run(router, "show ip bgp");
    CHECK(parsed(text, R"(^\s+Network\s+Next Hop\s+Metric\s+LocPrf\s+Weight\s+Path)").size() == 1);
    // Network alone; then what follows it; then a line with neither; then all in one.
    CHECK(
        parsed(
            text,
            R"(^\s{0,1}([bdhimrsSx*>])([bdhimrsSx*> ])([bdhimrsSx*> ])\s{0,2}(?=(\S{0,18})).{17,18}$)") ==
        Rows{"*|>| |203.113.121.240/28"});
    CHECK(
        parsed(
            text,
            R"(^\s{20,25}(?=(\S{0,15})).{15}\s(?=\s{0,10}(\S{0,10})).{10}\s(?=\s{0,6}(\S{0,6})).{6}\s(?=\s{0,6}(\S{0,6})).{6}\s*(.*?)\s*([ie\?])$)") ==
        Rows{"169.254.10.1|0|200|0|64512|i"});
    CHECK(
        parsed(
            text,
            R"(^\s{0,1}([bdhimrsSx*>])([bdhimrsSx*> ])([bdhimrsSx*> ])\s{0,2}\s{16}\s(?=(\S{0,15})).{15}\s(?=\s{0,10}(\S{0,10})).{10}\s(?=\s{0,6}(\S{0,6})).{6}\s(?=\s{0,6}(\S{0,6})).{6}\s*(.*?)\s*([ie\?])$)") ==
        Rows{"*|m| |169.254.20.1|0|200|0|64512|i"});
    const auto whole = parsed(
        text,
        R"(^\s{0,1}([bdhimrsSx*>])([bdhimrsSx*> ])([bdhimrsSx*> ])\s{0,2}(?=(\S{0,18})).{16}\s(?=(\S{0,15})).{15}\s(?=\s{0,10}(\S{0,10})).{10}\s(?=\s{0,6}(\S{0,6})).{6}\s(?=\s{0,6}(\S{0,6})).{6}\s*(.*?)\s*([ie\?])$)");
    REQUIRE(!whole.empty());
    CHECK(whole.back() == "*|>| |10.20.0.0/24|0.0.0.0|0||32768||i");
}

TEST_CASE("a parser of IOS knows every line of a neighbor's table") {
    auto router = example_router();
    const auto text = run(router, "show ip bgp neighbors dx-primary advertised-routes");
    std::istringstream table(text.substr(text.find("Path\n") + 5));
    const std::regex known(
        R"(^\s*$|^Total\s+number\s+of\s+prefixes.*|^ \*>  \S+ +\S+ +\d+ +\d+ i$)");
    for (std::string line; std::getline(table, line);) {
        CAPTURE(line);
        CHECK(std::regex_match(line, known));
    }
}

TEST_CASE("a parser of IOS reads show ip route, notes or not") {
    auto router = example_router();
    router.route_views[2].state = RouteView::State::Failed;
    router.route_views[2].state_text = "No such device";
    const auto text = run(router, "show ip route");
    CHECK(
        parsed(
            text,
            R"(^(\w)(?:\s|\*)(\w{0,2})\s+(\d{1,3}.\d{1,3}.\d{1,3}.\d{1,3})\/(\d{1,2})\s\[(\d+)\/(\d+)\]\svia\s(\d{1,3}.\d{1,3}.\d{1,3}.\d{1,3})(?:,\s(\d[\w:\.]+))?(?:,\s([A-Za-z][\w\-\.:\/]+))?.*)") ==
        Rows{"B||0.0.0.0|0|20|0|169.254.10.1|00:10:11|eth0.259",
             "B||10.0.0.0|16|20|0|169.254.10.1|00:10:11|eth0.259",
             "S||10.9.0.0|16|1|0|192.0.2.1|1d02h|eth2"});
    CHECK(
        parsed(
            text,
            R"(^\s+\[(\d+)\/(\d+)\]\svia\s(\d{1,3}.\d{1,3}.\d{1,3}.\d{1,3})(?:,\s(\d[\w:\.]+))?(?:,\s([A-Za-z][\w\-\.:\/]+))?.*)") ==
        Rows{"20|0|169.254.20.1|00:10:11|eth1.260"});
    CHECK(
        parsed(
            text,
            R"(^(\w)(?:\s|\*)(\w{0,2})\s+(\d{1,3}.\d{1,3}.\d{1,3}.\d{1,3})\/(\d{1,2})\sis\sdirectly\sconnected(?:,\s(\d[\w:\.]+))?(?:,\s([A-Za-z][\w\-\.:\/]+))?.*)") ==
        Rows{"C||10.20.0.0|24||eth2"});
}

TEST_CASE("a parser of IOS reads show ip bgp neighbors") {
    auto router = example_router();
    const auto text = run(router, "show ip bgp neighbors dx-primary");
    const auto one = [&](const char* expression, const char* value) {
        CAPTURE(expression);
        CHECK(parsed(text, expression) == Rows{value});
    };
    one(R"(^BGP\s+neighbor\s+is\s+(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}),\s+remote\s+AS\s+(\d+).*)",
        "169.254.10.1|64512");
    one(R"(^.+remote\s+router\s+ID\s+(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}).*)", "10.0.0.1");
    one(R"(^\s+BGP\s+state\s+=\s+(\w+).*)", "Established");
    one(R"(^\s+Route\s+map\s+for\s+incoming\s+advertisements\s+is\s+(\S+).*)", "accept-all");
    one(R"(^\s+Route\s+map\s+for\s+outgoing\s+advertisements\s+is\s+(\S+).*)", "to-aws");
    one(R"(^Local\s+host:\s+([\d.]+),\s+Local\s+port:\s+(\d+).*)", "169.254.10.2|58922");
    one(R"(^Foreign\s+host:\s+([\d.]+),\s+Foreign\s+port:\s+(\d+).*)", "169.254.10.1|179");
}
