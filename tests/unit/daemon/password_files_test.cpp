#include "daemon/password_files.hpp"

#include <sys/stat.h>

#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx;

TEST_CASE("a key has changed when its file has, or the link that points to it") {
    const control::TemporaryDirectory directory;
    const std::filesystem::path key = directory.file("key");
    struct stat old{};
    REQUIRE(::stat("/etc/passwd", &old) == 0);  // any file that was there before
    std::filesystem::create_symlink("/etc/passwd", key);
    config::Config config;
    config.neighbors.emplace_back().password_file = "key";
    const auto changed_since = [&](std::int64_t time) {
        return daemon::keys_changed_since(config, directory.file("dxrouted.yaml"), time);
    };
    CHECK(changed_since(old.st_ctim.tv_sec).find(key.string()) != std::string::npos);
    CHECK(changed_since(old.st_ctim.tv_sec - 1).find(key.string()) != std::string::npos);
    struct stat link{};
    REQUIRE(::lstat(key.c_str(), &link) == 0);
    CHECK(changed_since(link.st_ctim.tv_sec).empty());
}
