#include "cli/archive.hpp"

#include <array>
#include <sys/stat.h>
#include <zlib.h>

#include "cli/failure.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/daemon/control/temporary_directory.hpp"

using dx::cli::Archive;

namespace {

std::string unpacked(const std::string& file) {
    const auto in = ::gzopen(file.c_str(), "rb");
    REQUIRE(in != nullptr);
    std::string text;
    std::array<char, 4096> bytes;
    for (int size = 0; (size = ::gzread(in, bytes.data(), bytes.size())) > 0;)
        text.append(bytes.data(), static_cast<std::size_t>(size));
    ::gzclose(in);
    return text;
}

}  // namespace

TEST_CASE("An archive is what tar reads") {
    const dx::control::TemporaryDirectory directory;
    const auto file = directory.file("a.tar.gz");
    Archive archive(file);
    archive.add("host/uname.txt", "Linux\n");
    archive.add("empty.txt", "");
    archive.add("block.txt", std::string(512, 'x'));
    archive.finish();

    const auto tar = unpacked(file);
    CHECK(tar.size() == 512 * 7);  // three headers, two contents, two blocks of zeros
    CHECK(tar.substr(0, 14) == "host/uname.txt");
    CHECK(tar.substr(257, 5) == "ustar");
    CHECK(tar.substr(124, 11) == "00000000006");
    CHECK(tar.substr(512, 6) == "Linux\n");
    const auto listed = "tar -tzf '" + file + "' > '" + directory.file("list") + "'";
    CHECK(std::system(listed.c_str()) == 0);
    struct stat status{};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE("An archive overwrites nothing") {
    const dx::control::TemporaryDirectory directory;
    const auto file = directory.file("a.tar.gz");
    {
        Archive(file).finish();
    }
    CHECK_THROWS_AS(Archive(file), dx::cli::Failure);
}
