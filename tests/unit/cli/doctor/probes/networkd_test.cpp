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

// Its process, as one that started so long after the boot, which was at the beginning of time.
void runs_since(Root& root, std::uint64_t seconds) {
    root.write("sys/fs/cgroup/system.slice/systemd-networkd.service/cgroup.procs", "412\n");
    root.write("proc/stat", "cpu 1 2\nbtime 0\n");
    const auto ticks = std::to_string(seconds * static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK)));
    root.write(
        "proc/412/stat",
        ("412 (systemd-network) S 1 4 4 0 -1 4 5 6 7 8 9 10 11 12 20 0 1 0 " + ticks + " 9\n")
            .c_str());
}

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

TEST_CASE("the file that says so has a time, and networkd's process has one") {
    Root root;
    root.write("proc/stat", "cpu 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20\nbtime 0\n");
    CHECK(!root.read().started);
    runs_since(root, 1000);
    root.write("etc/systemd/networkd.conf", "[DHCPv4]\nDUIDType=vendor\n");
    CHECK(root.read().started == std::chrono::sys_seconds(std::chrono::seconds(1001)));
    CHECK(root.read().file.empty());
    root.write("usr/lib/systemd/networkd.conf.d/60-dxrouted.conf", kNo);
    CHECK(root.read().file.ends_with("/usr/lib/systemd/networkd.conf.d/60-dxrouted.conf"));
    CHECK(root.read().file_since > root.read().started);
}
