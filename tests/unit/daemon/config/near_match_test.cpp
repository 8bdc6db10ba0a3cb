#include "daemon/config/near_match.hpp"

#include "tests/support/catch.hpp"

namespace dx::config {

TEST_CASE("the nearest word is found over the usual slips of a hand") {
    constexpr std::string_view kWords[] = {"neighbors",     "networks", "remote-as",
                                           "local-address", "import",   "export"};
    CHECK(near_match("nieghbors", kWords) == "neighbors");   // two letters swapped
    CHECK(near_match("neigbors", kWords) == "neighbors");    // one left out
    CHECK(near_match("neighbours", kWords) == "neighbors");  // one too many
    CHECK(near_match("remote_as", kWords) == "remote-as");
    CHECK(near_match("REMOTE-AS", kWords) == "remote-as");
    CHECK(near_match("inport", kWords) == "import");
    CHECK(near_match("exprot", kWords) == "export");
}

TEST_CASE("a word that resembles none has no near match") {
    constexpr std::string_view kWords[] = {"neighbors", "as"};
    CHECK(!near_match("zebra", kWords));
    CHECK(!near_match("x", kWords));
    CHECK(!near_match("", kWords));
    CHECK(!near_match(std::string(10'000, 'n'), kWords));
}

}  // namespace dx::config
