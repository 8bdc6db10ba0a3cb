#include "daemon/as_path_words.hpp"

#include <vector>

#include "tests/support/catch.hpp"

using namespace dx;
using namespace dx::daemon;
using Segment = bgp::AsPath::Segment;
using Type = bgp::AsPath::SegmentType;

namespace {

const std::vector<bgp::AsNumber> kPlain{64512, 65000};
const std::vector<bgp::AsNumber> kSet{65000, 65010};

bgp::AsPath with_set() {
    return bgp::AsPath::of(std::vector<Segment>{{Type::Sequence, kPlain}, {Type::Set, kSet}});
}

bgp::AsPath only_set() {
    return bgp::AsPath::of(std::vector<Segment>{{Type::Set, kSet}});
}

}  // namespace

TEST_CASE("a loop says how often our AS is in the path, and where it is an AS_SET") {
    CHECK(loop_words(bgp::AsPath::sequence(kPlain), 65000, 0) ==
          "our own AS 65000 is 1 times in the AS path (allow-own-as 0)");
    CHECK(loop_words(only_set(), 65000, 0) ==
          "our own AS 65000 is 1 times in the AS path, within an AS_SET (allow-own-as 0)");
    CHECK(
        loop_words(with_set(), 65000, 1) ==
        "our own AS 65000 is 2 times in the AS path, 1 of them within an AS_SET (allow-own-as 1)");
}

TEST_CASE("a path that does not begin with the neighbor's AS says with what it begins") {
    CHECK(first_as_words(bgp::AsPath::sequence(kPlain), 64513) ==
          "the AS path begins with 64512, not with the neighbor's AS 64513");
    CHECK(first_as_words(only_set(), 65000) ==
          "the AS path begins with an AS_SET, not with the neighbor's AS 65000");
    CHECK(first_as_words({}, 65000) == "the AS path is empty, without the neighbor's AS 65000");
}

TEST_CASE("two lengths are explained where an AS_SET counts as one") {
    const auto plain = bgp::AsPath::sequence(kPlain);
    const auto set = with_set();
    CHECK(set_words(plain, &plain).empty());
    CHECK(set_words(plain, nullptr).empty());
    CHECK(set_words(plain, &set) == " (an AS_SET counts as one)");
    CHECK(set_words(set, nullptr) == " (an AS_SET counts as one)");
}
