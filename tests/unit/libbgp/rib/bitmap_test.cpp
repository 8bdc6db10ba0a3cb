#include "libbgp/rib/bitmap.hpp"

#include "tests/support/catch.hpp"

namespace dx::bgp::test {

TEST_CASE("the next one outside another set is found, however long the two are") {
    Bitmap all, others;
    for (const std::uint32_t at : {1U, 64U, 65U, 200U})
        all.set(at);
    CHECK(all.next_outside(others, 1) == 1);
    CHECK(all.next_outside(others, 2) == 64);
    others.set(64);
    CHECK(all.next_outside(others, 2) == 65);
    others.set(65);
    CHECK(all.next_outside(others, 2) == 200);  // where `others` has no words any more
    CHECK(all.next_outside(others, 201) == 0);
    others.set(200);
    CHECK(all.next_outside(others, 64) == 0);
    CHECK(all.next_outside(others, 1) == 1);
}

TEST_CASE("a set takes in another one, and knows how many it has then") {
    Bitmap one, other;
    one.set(3);
    other.set(4);
    other.set(300);
    one.merge(other);
    CHECK(one.count() == 3);
    CHECK(one.test(3));
    CHECK(one.test(4));
    CHECK(one.test(300));
    one.merge({});
    CHECK(one.count() == 3);
}

}  // namespace dx::bgp::test
