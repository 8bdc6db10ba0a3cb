#include "cli/doctor/probes/networkd.hpp"

#include <fstream>
#include <unistd.h>

#include "tests/support/catch.hpp"

using namespace dx::doctor;

namespace {

// A file system of its own, gone afterwards.
class Root {
public:
    Root()
        : path_(std::filesystem::temp_directory_path() /
                ("networkd-test-" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }

    ~Root() { std::filesystem::remove_all(path_); }

    void write(const char* name, const char* text) {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name) << text;
    }

    Networkd read() const { return read_networkd(path_); }

private:
    std::filesystem::path path_;
};

constexpr auto kNo = "[Network]\nManageForeignRoutes=no\n";
constexpr auto kYes = "[Network]\nManageForeignRoutes = yes\n";

}  // namespace

TEST_CASE("networkd manages foreign routes unless told otherwise") {
    Root root;
    CHECK(root.read().manages_foreign_routes);
    CHECK_FALSE(root.read().runs);
    root.write("run/systemd/netif/state", "");
    root.write("etc/systemd/networkd.conf",
               "[Network]\n#ManageForeignRoutes=no\n ManageForeignNextHops = False \n");
    CHECK(root.read().runs);
    CHECK(root.read().manages_foreign_routes);
    CHECK_FALSE(root.read().manages_foreign_next_hops);
}

TEST_CASE("only the section [Network] counts") {
    Root root;
    root.write("etc/systemd/networkd.conf", "[DHCPv4]\nManageForeignRoutes=no\n");
    CHECK(root.read().manages_foreign_routes);
    root.write("etc/systemd/networkd.conf", kNo);
    CHECK_FALSE(root.read().manages_foreign_routes);
}

TEST_CASE("the first main file counts alone: /etc before /usr/lib") {
    Root root;
    root.write("usr/lib/systemd/networkd.conf", kNo);
    CHECK_FALSE(root.read().manages_foreign_routes);
    root.write("etc/systemd/networkd.conf", "");
    CHECK(root.read().manages_foreign_routes);
}

TEST_CASE("drop-ins come after the main file, in the order of their names from all directories") {
    Root root;
    root.write("etc/systemd/networkd.conf", kYes);
    root.write("usr/lib/systemd/networkd.conf.d/50-vendor.conf", kNo);
    CHECK_FALSE(root.read().manages_foreign_routes);
    root.write("etc/systemd/networkd.conf.d/40-ours.conf", kYes);
    CHECK_FALSE(root.read().manages_foreign_routes);
    root.write("run/systemd/networkd.conf.d/60-run.conf", kYes);
    CHECK(root.read().manages_foreign_routes);
}

TEST_CASE("a drop-in in /etc replaces one of the same name") {
    Root root;
    root.write("usr/lib/systemd/networkd.conf.d/50-x.conf", kNo);
    root.write("etc/systemd/networkd.conf.d/50-x.conf", "");
    CHECK(root.read().manages_foreign_routes);
    root.write("etc/systemd/networkd.conf.d/50-y.txt", kNo);  // no .conf: not read
    CHECK(root.read().manages_foreign_routes);
}
