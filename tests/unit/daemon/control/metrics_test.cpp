#include "daemon/control/metrics.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/api_client.hpp"
#include "tests/unit/daemon/control/example_router.hpp"

using namespace dx::control;

namespace {

constexpr auto* kReference = "docs/metrics.md";
constexpr std::string_view kBegin = "<!-- begin -->\n";
constexpr std::string_view kEnd = "<!-- end -->\n";

std::string code(const std::string& text) {
    return "`" + text + "`";
}

// The table of docs/metrics.md.
std::string reference(const std::vector<MetricFamily>& families) {
    std::string out = "| metric | type | labels | what it says |\n|---|---|---|---|\n";
    for (const auto& family : families) {
        std::string labels;
        for (const auto& label : family.labels)
            labels += (labels.empty() ? "" : ", ") + code(label);
        out += "| " + code(family.name) + " | " + std::string(to_string(family.type)) + " | " +
               labels + " | " + family.help + " |\n";
    }
    return out;
}

std::string file_text(const char* path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string metrics_of(FakeRouter& router) {
    return get(router, "/metrics").body;
}

bool has_line(const std::string& text, const std::string& line) {
    return text.find("\n" + line + "\n") != std::string::npos;
}

}  // namespace

TEST_CASE("docs/metrics.md is what the daemon exports") {
    auto text = file_text(kReference);
    const auto begin = text.find(kBegin) + kBegin.size();
    const auto end = text.find(kEnd);
    REQUIRE(end != std::string::npos);
    const auto table = reference(metric_families({}));
    if (std::getenv("DX_UPDATE_METRICS")) {
        text.replace(begin, end - begin, table);
        std::ofstream(kReference) << text;
        return;
    }
    CHECK(text.substr(begin, end - begin) == table);
}

TEST_CASE("metrics are named as Prometheus wants them") {
    const std::regex name("(dxrouted|process)_[a-z0-9]+(_[a-z0-9]+)*");
    const std::regex label("[a-z]+(_[a-z]+)*");
    std::set<std::string> seen;
    for (const auto& family : metric_families({})) {
        CAPTURE(family.name);
        CHECK(std::regex_match(family.name, name));
        CHECK(seen.insert(family.name).second);
        const bool total = family.name.ends_with("_total");
        CHECK(total == (family.type == MetricType::Counter));
        CHECK(family.help.ends_with('.'));
        CHECK(family.help.find_first_of("|\n") == std::string::npos);  // it stands in a table
        for (const auto& each : family.labels)
            CHECK(std::regex_match(each, label));
    }
}

TEST_CASE("a neighbor's metrics say what show says") {
    auto router = example_router();
    auto& primary = router.neighbor_views[0];
    primary.description = "cage \"12\"\nrack 3";
    primary.profile = "aws-private";
    primary.dropped_by = {{"hold timer expired", 2}};
    primary.notifications_received = {{"Cease", "Administrative Shutdown", 1}};
    auto& table = primary.families.front();
    table.received = 10;
    table.accepted = 6;
    table.limit_in->beyond = 3;
    const auto text = metrics_of(router);
    primary.state_note = "Test";
    CHECK(metrics_of(router).find(R"(dxrouted_neighbor_shutdown{neighbor="dx-primary"} 1)") !=
          std::string::npos);
    for (
        const auto* line :
        {R"(dxrouted_neighbor_info{neighbor="dx-primary",address="169.254.10.1",remote_as="64512",)"
         R"(profile="aws-private",description="cage \"12\"\nrack 3"} 1)",
         R"(dxrouted_neighbor_up{neighbor="dx-primary"} 1)",
         R"(dxrouted_neighbor_state{neighbor="dx-primary",state="Established"} 1)",
         R"(dxrouted_neighbor_state{neighbor="dx-primary",state="Idle"} 0)",
         R"(dxrouted_neighbor_up{neighbor="203.0.113.9"} 0)",
         R"(dxrouted_neighbor_shutdown{neighbor="203.0.113.9"} 1)",
         R"(dxrouted_neighbor_down_total{neighbor="dx-primary",cause="hold timer expired"} 2)",
         R"(dxrouted_neighbor_messages_received_total{neighbor="dx-primary",type="update"} 3)",
         R"(dxrouted_neighbor_notifications_received_total{neighbor="dx-primary",code="Cease",)"
         R"(subcode="Administrative Shutdown"} 1)",
         R"(dxrouted_neighbor_prefixes_received{neighbor="dx-primary",family="ipv4"} 10)",
         R"(dxrouted_neighbor_prefixes_rejected{neighbor="dx-primary",family="ipv4"} 1)",
         R"(dxrouted_neighbor_prefixes_discarded{neighbor="dx-primary",family="ipv4"} 3)",
         R"(dxrouted_neighbor_prefix_limit{neighbor="dx-primary",family="ipv4",direction="in"} 1000)",
         R"(dxrouted_neighbor_prefix_limit{neighbor="dx-primary",family="ipv4",direction="out"} 100)"}) {
        CAPTURE(line);
        CHECK(has_line(text, line));
    }
    CHECK(text.find(R"(dxrouted_neighbor_established_timestamp_seconds{neighbor="203)") ==
          std::string::npos);
}

TEST_CASE("a BFD session's metrics carry its neighbor and its peer") {
    auto router = example_router();
    router.bfd_peer_views = {example_bfd_peer(), example_bfd_peer()};
    router.bfd_peer_views[1].neighbor.clear();  // of static routes
    router.bfd_peer_views[1].peer = address("192.0.2.9");
    router.bfd_peer_views[1].state = "Down";
    router.bfd_peer_views[1].smallest_margin.reset();
    const auto text = metrics_of(router);
    CHECK(
        has_line(text, R"(dxrouted_bfd_session_up{neighbor="dx-primary",peer="169.254.10.1"} 1)"));
    CHECK(has_line(text, R"(dxrouted_bfd_session_up{neighbor="",peer="192.0.2.9"} 0)"));
    const std::string margin = "dxrouted_bfd_session_smallest_margin_seconds{neighbor=";
    CHECK(has_line(text, margin + R"("dx-primary",peer="169.254.10.1"} 1.4995)"));
    CHECK(text.find(margin + "\"\"") == std::string::npos);
}

TEST_CASE("failovers are a histogram with rising counts") {
    auto router = example_router();
    auto& failovers = router.fib_view.failovers;
    failovers.buckets = {{1ms, 2}, {10ms, 0}, {100ms, 1}};
    failovers.longer = 1;
    failovers.sum = 2s;
    const auto text = metrics_of(router);
    const std::string name = "dxrouted_fib_failover_duration_seconds";
    CHECK(has_line(text, "# TYPE " + name + " histogram"));
    CHECK(has_line(text, name + "_count 4"));
    CHECK(has_line(text, name + "_sum 2"));
    CHECK(has_line(text, name + R"(_bucket{le="0.001"} 2)"));
    CHECK(has_line(text, name + R"(_bucket{le="0.01"} 2)"));
    CHECK(has_line(text, name + R"(_bucket{le="+Inf"} 4)"));
}

TEST_CASE("a configuration that was refused shows until one is taken") {
    auto router = example_router();
    router.health_view.reload.successful = false;
    router.health_view.reload.last_success = std::chrono::system_clock::time_point(1000s);
    router.thread_views = {{"routing", 2ms}};
    const auto text = metrics_of(router);
    CHECK(has_line(text, "dxrouted_config_last_reload_successful 0"));
    CHECK(has_line(text, "dxrouted_config_last_reload_success_timestamp_seconds 1000"));
    CHECK(has_line(text, R"(dxrouted_thread_response_seconds{thread="routing"} 0.002)"));
    CHECK(text.find("dxrouted_tcp_md5") == std::string::npos);  // the kernel does not say
}

TEST_CASE(
    "a change that waits for its confirmation shows until when, and nothing when none waits") {
    auto router = example_router();
    const std::string name = "dxrouted_config_confirm_until_timestamp_seconds";
    CHECK(metrics_of(router).find(name) == std::string::npos);
    router.health_view.reload.confirm_until = std::chrono::system_clock::time_point(2000s);
    CHECK(has_line(metrics_of(router), name + " 2000"));
}

TEST_CASE("a file of the state directory shows whether it can be written") {
    auto router = example_router();
    router.health_view.state_files = {{"journal", "No space left on device"}, {"drains", ""}};
    const auto text = metrics_of(router);
    CHECK(has_line(text, R"(dxrouted_state_write_failing{file="journal"} 1)"));
    CHECK(has_line(text, R"(dxrouted_state_write_failing{file="drains"} 0)"));
}

TEST_CASE("a listener shows whether connections are accepted") {
    auto router = example_router();
    router.health_view.listeners = {
        {"bgp", "[::]:179", "cannot listen on [::]:179: Address already in use"},
        {"http", "127.0.0.1:9179", ""}};
    const auto text = metrics_of(router);
    CHECK(has_line(text, R"(dxrouted_listener_up{protocol="bgp",address="[::]:179"} 0)"));
    CHECK(has_line(text, R"(dxrouted_listener_up{protocol="http",address="127.0.0.1:9179"} 1)"));
}

TEST_CASE("a gateway of static routes shows who watches it, whether it is used, and for how many") {
    auto router = example_router();
    router.health_view.gateways = {{"192.0.2.1", "track", true, 2},
                                   {"fe80::1%eth0", "bfd", false, 1}};
    const auto text = metrics_of(router);
    CHECK(has_line(text, R"(dxrouted_gateway_up{gateway="192.0.2.1",watched_by="track"} 1)"));
    CHECK(has_line(text, R"(dxrouted_gateway_up{gateway="fe80::1%eth0",watched_by="bfd"} 0)"));
    CHECK(has_line(text,
                   R"(dxrouted_gateway_static_routes{gateway="192.0.2.1",watched_by="track"} 2)"));
}

TEST_CASE("everybody who may look may scrape") {
    auto router = example_router();
    const auto scraped = ask(router, Verb::Get, "/metrics", "", Api::Access::ReadOnly);
    CHECK(scraped.status == 200);
    CHECK(scraped.body.starts_with("# HELP dxrouted_neighbor_info "));
}
