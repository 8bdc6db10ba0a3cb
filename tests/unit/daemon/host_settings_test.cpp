#include "daemon/host_settings.hpp"

#include <filesystem>
#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx;

namespace {

void write(const std::filesystem::path& path, const char* text) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
}

}  // namespace

TEST_CASE("a hash that looks at addresses only is warned of where paths are to share") {
    const control::TemporaryDirectory directory;
    const auto root = directory.file("sys");
    const auto v4 = root + "/net/ipv4/fib_multipath_hash_policy";
    write(v4, "0\n");
    write(root + "/net/ipv6/fib_multipath_hash_policy", "0\n");
    config::Config config;
    config.neighbors.emplace_back().families = {net::Family::Ipv4};
    CHECK(daemon::unsuitable_host_settings(config, root).empty());
    config.fib.maximum_paths = 2;
    const auto lines = daemon::unsuitable_host_settings(config, root);
    REQUIRE(lines.size() == 1);
    CHECK(lines.front().starts_with("net.ipv4.fib_multipath_hash_policy is 0: "));
    write(v4, "1\n");
    CHECK(daemon::unsuitable_host_settings(config, root).empty());
    CHECK(daemon::unsuitable_host_settings(config, "/nowhere").empty());
}
