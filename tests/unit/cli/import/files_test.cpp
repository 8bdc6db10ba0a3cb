#include "cli/import/files.hpp"

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/import/yaml.hpp"
#include "tests/unit/cli/import/imported.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using namespace dx::importing;
using dx::control::TemporaryDirectory;

namespace {

unsigned mode_of(const std::string& path) {
    struct stat status{};
    REQUIRE(::lstat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

const std::vector<File> kFiles{{"a.yaml", "text\n"}, {"keys/a.key", "secret\n", true}};

}  // namespace

TEST_CASE("a key is its owner's alone, whatever the umask says") {
    const TemporaryDirectory temporary;
    const auto old = ::umask(0);
    write_files(temporary.file("out"), kFiles, false);
    ::umask(old);
    CHECK(mode_of(temporary.file("out/keys/a.key")) == 0600);
    CHECK(mode_of(temporary.file("out/a.yaml")) == 0640);
    CHECK(mode_of(temporary.file("out/keys")) == 0750);
    CHECK(read_source(temporary.file("out/keys/a.key")) == "secret\n");
}

TEST_CASE("what root writes into somebody else's directory is theirs") {
    if (::geteuid() != 0) return;
    constexpr uid_t kOwner = 4321;
    const TemporaryDirectory temporary;
    const auto out = temporary.file("out");
    REQUIRE(::mkdir(out.c_str(), 0750) == 0);
    REQUIRE(::chown(out.c_str(), kOwner, kOwner) == 0);
    write_files(out, kFiles, false);
    for (const auto* name : {"out/a.yaml", "out/keys", "out/keys/a.key"}) {
        struct stat status{};
        REQUIRE(::lstat(temporary.file(name).c_str(), &status) == 0);
        CHECK(status.st_uid == kOwner);
        CHECK(status.st_gid == kOwner);
    }
}

TEST_CASE("where one file exists nothing is written") {
    const TemporaryDirectory temporary;
    write_files(temporary.file("out"), {{"keys/a.key", "old\n"}}, false);
    CHECK(failure_of([&] {
              write_files(temporary.file("out"), kFiles, false);
          }).find("keys/a.key exists already: nothing was written") != std::string::npos);
    CHECK(!std::filesystem::exists(temporary.file("out/a.yaml")));
    CHECK(read_source(temporary.file("out/keys/a.key")) == "old\n");
}

TEST_CASE("overwriting makes a new file, with its own mode") {
    const TemporaryDirectory temporary;
    write_files(temporary.file("out"), {{"keys/a.key", "old\n"}}, false);
    write_files(temporary.file("out"), kFiles, true);
    CHECK(read_source(temporary.file("out/keys/a.key")) == "secret\n");
    CHECK(mode_of(temporary.file("out/keys/a.key")) == 0600);
}

TEST_CASE("force leaves nothing of an earlier import, and all that is not of one") {
    const TemporaryDirectory temporary;
    const auto out = temporary.file("out");
    const File head{"dxrouted.yaml", std::string(kMadeByImport) +
                                         "x.\nneighbors:\n"
                                         "  - {name: b, password-file: keys/b.key}\n"};
    const std::vector<File> earlier{{"keys/b.key", "old\n", true},
                                    {"keys/mine.txt", ""},
                                    {"systemd/network/30-dx-eth0.network", ""},
                                    {"systemd/network/10-mine.network", ""},
                                    {"import-notes.txt", ""}};
    write_files(out, earlier, false);
    // nothing says that an import was there
    CHECK(write_files(out, kFiles, true).removed.empty());
    write_files(out, {head}, false);
    CHECK(write_files(out, kFiles, true).removed ==
          Texts{"import-notes.txt", "keys/b.key", "systemd/network/30-dx-eth0.network"});
    for (const auto* name : {"keys/a.key", "keys/mine.txt", "systemd/network/10-mine.network"})
        CHECK(std::filesystem::exists(out + '/' + name));
    CHECK(!std::filesystem::exists(out + "/keys/b.key"));
}

TEST_CASE("force removes no key that the earlier import has not named") {
    const std::string head(kMadeByImport);
    const std::string others = "- {address: 10.0.0.2, password-file: keys/ibgp.key}\n";
    const std::string own = "- {address: \"2001:db8::1\", password-file: keys/2001-db8--1.key}\n";
    for (const auto& [yaml, removed] :
         {std::pair{head + "x.\nneighbors:\n" + others + own, Texts{"keys/2001-db8--1.key"}},
          {head + "x.\nneighbors: [\n", {}},
          {head + "x.\n- 7\n", {}},
          {head + "x.\nneighbors: [7, {}]\n", {}}}) {
        CAPTURE(yaml);
        const TemporaryDirectory temporary;
        const auto out = temporary.file("out");
        write_files(out,
                    {{"dxrouted.yaml", yaml},
                     {"keys/ibgp.key", "", true},
                     {"keys/2001-db8--1.key", "", true}},
                    false);
        const auto found = write_files(out, {{"dxrouted.yaml", head}}, true);
        CHECK(found.removed == removed);
        CHECK(found.left.back() == "keys/ibgp.key");
        CHECK(found.left.size() == 2 - removed.size());
        CHECK(std::filesystem::exists(out + "/keys/ibgp.key"));
    }
}

TEST_CASE("a link is not written through, not even by force") {
    const TemporaryDirectory temporary;
    write_files(temporary.file("."), {{"victim", "untouched\n"}}, false);
    std::filesystem::create_directory(temporary.file("out"));
    std::filesystem::create_symlink("../victim", temporary.file("out/a.yaml"));
    CHECK(failure_of([&] { write_files(temporary.file("out"), kFiles, false); }) != "no failure");
    write_files(temporary.file("out"), kFiles, true);
    CHECK(read_source(temporary.file("victim")) == "untouched\n");
    CHECK(read_source(temporary.file("out/a.yaml")) == "text\n");
}

TEST_CASE("what cannot be read is said in one line") {
    CHECK(failure_of([] { read_source("/nonexistent/vifs.json"); }) ==
          "/nonexistent/vifs.json: No such file or directory");
    CHECK(failure_of([] { read_source("/tmp"); }) == "/tmp: Is a directory");
    CHECK(failure_of([] { read_source("/dev/zero"); }).find("larger than 16 MiB") !=
          std::string::npos);
}
